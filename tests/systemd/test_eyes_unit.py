"""The unit of the eyes: what it may do, and how little of the agent's it can see."""

import re
from pathlib import Path

from tests.systemd import sandbox
from tests.systemd.test_units import PYTHON, SYSTEMD, confined, needs_systemd, run

UNIT = SYSTEMD / "linli-vision.service"
CORE = SYSTEMD / "linli.service"


@needs_systemd
def test_exposure_stays_below_two() -> None:
    done = run("systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT))
    assert done.returncode == 0, done.stdout


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8").replace("/usr/bin/linli", "/bin/true")
    copy.write_text(text, encoding="utf-8")
    done = run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no", str(copy))
    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_eyes_can_do_their_work_under_the_units_filters() -> None:
    done = confined(UNIT, PYTHON, "-m", "tests.systemd.eyes_rehearsal")
    assert (done.returncode, done.stdout) == (0, "8\n"), done.stderr


def test_journal_and_keys_are_out_of_sight() -> None:
    """The state directory is an empty one but for the meeting place, which tmpfiles makes."""
    assert sandbox.setting(UNIT, "TemporaryFileSystem") == ["/var/lib/linli"]
    assert sandbox.setting(UNIT, "BindPaths") == ["-/var/lib/linli/eyes"]
    assert not sandbox.setting(UNIT, "StateDirectory")
    made = (SYSTEMD / "tmpfiles.d" / "linli.conf").read_text(encoding="utf-8")
    assert "d /var/lib/linli/eyes 0700 linli linli" in made


def test_both_units_meet_as_the_same_user_and_neither_takes_the_place_away() -> None:
    for name in ("User", "Group", "RuntimeDirectory", "RuntimeDirectoryPreserve"):
        assert sandbox.setting(UNIT, name) == sandbox.setting(CORE, name) != []


def test_doors_come_first() -> None:
    """Memory and processor are taken from the eyes before they are taken from the core."""
    (eyes,), (core,) = (sandbox.setting(unit, "OOMScoreAdjust") for unit in (UNIT, CORE))
    assert int(eyes) > 0 > int(core)
    assert int(sandbox.setting(UNIT, "CPUWeight")[0]) < 100
    assert sandbox.setting(UNIT, "Restart") == ["always"]


def test_no_device_but_cameras() -> None:
    assert sandbox.setting(UNIT, "DevicePolicy") == ["closed"]
    assert sandbox.setting(UNIT, "DeviceAllow") == ["char-video4linux rw"]
    modules = (SYSTEMD / "modules-load.d" / "linli-vision.conf").read_text(encoding="utf-8")
    assert re.search(r"^videodev$", modules, re.MULTILINE)
    users = (SYSTEMD / "sysusers.d" / "linli.conf").read_text(encoding="utf-8")
    assert re.search(r"^m linli +video$", users, re.MULTILINE)
