"""The unit files hold what they promise, judged by systemd's own tools and by the kernel."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.app.box import RECOVER
from tests.systemd import sandbox

SYSTEMD = Path(__file__).resolve().parents[2] / "systemd"
UNIT = SYSTEMD / "linli.service"
PYTHON = sys.executable

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here"
)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=50)


def confined(unit: Path, *command: str) -> subprocess.CompletedProcess[str]:
    done = run(PYTHON, "-m", "tests.systemd.sandbox", str(unit), *command)
    if done.returncode == sandbox.CANNOT:
        pytest.skip(done.stderr)
    return done


@needs_systemd
def test_exposure_stays_below_two() -> None:
    done = run("systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT))
    assert done.returncode == 0, done.stdout
    exposed = run("systemd-analyze", "security", "--offline=true", "--threshold=5", str(UNIT))
    assert exposed.returncode == 1  # the gate does shut


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace("/usr/bin/linli", "/bin/true")
    copy = tmp_path / "linli.service"
    copy.write_text(text, encoding="utf-8")
    done = run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no", str(copy))
    assert (done.returncode, done.stderr) == (0, "")
    copy.write_text(text.replace("WatchdogSec", "WatchdogSecs"), encoding="utf-8")
    assert "WatchdogSecs" in run("systemd-analyze", "verify", "--man=no", str(copy)).stderr


@needs_systemd
@pytest.mark.parametrize("kind", ["path", "service"])
def test_systemd_understands_the_reset_of_bluetooth(tmp_path: Path, kind: str) -> None:
    for unit in SYSTEMD.glob("linli-bluetooth-recover.*"):
        text = unit.read_text(encoding="utf-8").replace("/usr/lib/linli/", f"{SYSTEMD}/")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    copy = tmp_path / f"linli-bluetooth-recover.{kind}"
    done = run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no", str(copy))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_file_that_asks_is_the_one_that_is_waited_for() -> None:
    path = SYSTEMD / "linli-bluetooth-recover.path"
    assert sandbox.setting(path, "PathChanged") == [f"/run/linli/{RECOVER}"]
    assert sandbox.setting(UNIT, "RuntimeDirectory") == ["linli"]


def test_bluetooth_is_switched_off_and_on(tmp_path: Path) -> None:
    """With tools and a /sys of our own: one adapter on USB, one soldered to a UART."""
    tools, log, sys_ = tmp_path / "tools", tmp_path / "log", tmp_path / "sys"
    tools.mkdir()
    (tools / "rfkill").write_text(f'#!/bin/sh\necho rfkill "$@" >>{log}\n')
    (tools / "rfkill").chmod(0o755)
    usb, uart = sys_ / "usb1" / "1-1", sys_ / "uart" / "serial0"
    for adapter, device in (("hci0", usb / "1-1:1.0"), ("hci1", uart)):
        device.mkdir(parents=True)
        entry = sys_ / "class" / "bluetooth" / adapter
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(device)
    (usb / "authorized").write_text("?")
    env = {"PATH": f"{tools}:/usr/bin:/bin", "LINLI_SYS": str(sys_), "LINLI_PAUSE": "0"}
    subprocess.run([str(SYSTEMD / "bluetooth-recover")], check=True, env=env, timeout=20)
    assert log.read_text().splitlines() == [
        "rfkill block bluetooth",
        "rfkill unblock bluetooth",
    ]
    assert (usb / "authorized").read_text() == "1\n"


@needs_systemd
def test_the_agent_can_do_its_work_under_the_units_filters() -> None:
    done = confined(UNIT, PYTHON, "-m", "tests.systemd.rehearsal")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["acts"]) == 10


@needs_systemd
@pytest.mark.parametrize(
    ("deed", "refused"),
    [
        ("import os; os.chroot('/')", "PermissionError"),
        ("import os; os.nice(5)", "PermissionError"),
        ("import time; time.clock_settime(time.CLOCK_REALTIME, 0)", "PermissionError"),
        ("import mmap; mmap.mmap(-1, 4096, prot=7)", "PermissionError"),  # read, write, execute
    ],
)
def test_the_filters_do_bite(deed: str, refused: str) -> None:
    done = confined(UNIT, PYTHON, "-c", deed)
    assert done.returncode == 1
    assert refused in done.stderr


def test_it_never_ends_in_silence() -> None:
    for name, value in {
        "Type": "notify",
        "Restart": "always",
        "StartLimitIntervalSec": "0",
        "WatchdogSec": "30",
        "RuntimeDirectoryMode": "0750",
    }.items():
        assert sandbox.setting(UNIT, name) == [value]
    assert not sandbox.setting(UNIT, "RestartPreventExitStatus")


def test_the_user_and_the_modules_the_unit_counts_on_are_made() -> None:
    users = (SYSTEMD / "sysusers.d" / "linli.conf").read_text(encoding="utf-8")
    (user,) = sandbox.setting(UNIT, "User")
    assert re.search(rf"^u {user} ", users, re.MULTILINE)
    (groups,) = sandbox.setting(UNIT, "SupplementaryGroups")
    for group in groups.split():
        assert re.search(rf"^m {user} +{group}$", users, re.MULTILINE)
    modules = (SYSTEMD / "modules-load.d" / "linli.conf").read_text(encoding="utf-8")
    loaded = {line for line in modules.splitlines() if not line.startswith("#")}
    assert loaded == {"usbserial", "cdc_acm"}


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="no systemd-sysusers here")
def test_systemd_reads_the_users_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    users = str(SYSTEMD / "sysusers.d" / "linli.conf")
    done = run("systemd-sysusers", f"--root={tmp_path}", "--dry-run", users)
    assert done.returncode == 0, done.stderr
