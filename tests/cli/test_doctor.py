"""linli doctor finds what is wrong, on machines made of a few files under a folder."""

import contextlib
import json
import os
import pty
import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from agent.config.settings import Bus, Store
from agent.store.recovery import NAME
from cli.checks import disk as disk_checks
from cli.checks.board import board
from cli.checks.disk import disk, sync_times
from cli.checks.finding import Finding, Verdict
from cli.checks.host import Host, Mount, Process
from cli.checks.journal import journal
from cli.checks.moments import moments, plausible
from cli.checks.wires import meddlers, wires
from cli.main import main

OK, WARN, BAD, SKIPPED = Verdict.OK, Verdict.WARN, Verdict.BAD, Verdict.SKIPPED


class Machine(Host):
    """A host whose /proc and /sys are written by the test."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._root = root

    def has(self, name: str, text: str = "") -> "Machine":
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
        return self

    def runs(self, pid: int, name: str, *, parent: int = 1, opens: str | None = None) -> "Machine":
        self.has(f"/proc/{pid}/stat", f"{pid} ({name}) S {parent} 0 0")
        if opens is not None:
            self.path(f"/proc/{pid}/fd").mkdir()
            self.path(f"/proc/{pid}/fd/7").symlink_to(opens)
        return self

    def mounts(self, *lines: str) -> "Machine":
        numbered = (f"{n} 1 0:1 / {line}" for n, line in enumerate(lines))
        return self.has("/proc/self/mountinfo", "\n".join(numbered))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "root")


@pytest.fixture
def port() -> Iterator[str]:
    master, slave = pty.openpty()
    yield os.ttyname(slave)
    os.close(master)
    os.close(slave)


def found(findings: Iterable[Finding]) -> dict[str, Finding]:
    """By check; each looks at one thing here."""
    return {finding.check: finding for finding in findings}


def look(bus_port: str, machine: Host, agent: int | None = None) -> Finding:
    (finding,) = wires((Bus(id="rs485", port=bus_port, baud=9600),), machine, agent)
    assert finding.about == "rs485"
    return finding


def test_a_free_port_is_fine(machine: Machine, port: str) -> None:
    assert look(port, machine).verdict is OK


def test_a_port_that_is_not_there_or_no_port(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert look(str(tmp_path / "none"), machine).verdict is BAD
    assert "不是串口" in look(str(tmp_path / "file"), machine).zh
    assert look("socket://10.0.0.2:4001", machine).verdict is SKIPPED


def test_a_port_in_other_hands(machine: Machine, port: str) -> None:
    machine.runs(70, "minicom", opens=port).runs(71, "innocent", opens="/dev/null")
    finding = look(port, machine)
    assert finding.verdict is BAD
    assert "minicom (70)" in finding.en
    assert finding.todo_en == "stop minicom"


def test_the_agent_and_its_workers_may_hold_it(machine: Machine, port: str) -> None:
    machine.runs(70, "linli", opens=port).runs(71, "worker", parent=70, opens=port)
    assert look(port, machine, agent=70).verdict is OK
    assert look(port, machine, agent=99).verdict is BAD


def test_the_systems_console_is_no_bus(machine: Machine, port: str) -> None:
    machine.has("/proc/cmdline", "quiet console=serial0,115200 console=tty1 root=x")
    assert look(port, machine).verdict is OK
    machine.path("/dev").mkdir()
    machine.path("/dev/serial0").symlink_to(port)
    assert "控制台" in look(port, machine).zh


def test_who_may_not_open_it_is_told_the_group(
    machine: Machine, port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may always
    finding = look(port, machine)
    assert finding.verdict is BAD
    assert "dialout" in finding.todo_zh


def test_meddlers_are_named(machine: Machine) -> None:
    assert [finding.verdict for finding in meddlers(machine)] == [OK]
    machine.runs(300, "ModemManager").runs(301, "brltty").runs(302, "sh")
    assert [(f.about, f.verdict) for f in meddlers(machine)] == [
        ("ModemManager", WARN),
        ("brltty", WARN),
    ]


def store(folder: Path, *, bulk: int = 1000, reserve: int = 10) -> Store:
    return Store(dir=folder, bulk_bytes=bulk, urgent_bytes=10, reserve_bytes=reserve)


def test_a_good_disk(machine: Machine, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o750)
    machine.mounts("/ / rw,relatime - ext4 /dev/root rw")
    findings = found(disk(store(state), machine))
    assert list(findings) == ["state", "filesystem", "room", "sync"]
    sync = findings.pop("sync")  # as fast as this machine happens to be
    assert sync.facts["p99_ms"] is not None
    assert {finding.verdict for finding in findings.values()} == {OK}
    assert list(state.iterdir()) == []


@pytest.mark.parametrize(
    ("mount", "verdict"),
    [
        ("/ rw - ext4 /dev/mmcblk0p2 rw", OK),
        ("/ ro - ext4 /dev/mmcblk0p2 rw", BAD),
        ("/ rw - ext4 /dev/mmcblk0p2 ro,errors=remount-ro", BAD),
        ("/ rw,noatime - f2fs /dev/mmcblk0p2 rw,errors=remount-ro", OK),
        ("/ rw - tmpfs tmpfs rw", WARN),
        ("/ rw - vfat /dev/sda1 rw", WARN),
        ("nonsense", SKIPPED),
    ],
)
def test_file_systems_are_judged(
    machine: Machine, tmp_path: Path, mount: str, verdict: Verdict
) -> None:
    machine.mounts(mount)
    assert found(disk(store(tmp_path), machine))["filesystem"].verdict is verdict


def test_the_deepest_mount_counts_and_of_these_the_last(machine: Machine, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    machine.mounts(
        "/ rw - ext4 a rw",
        f"{state} ro - ext4 b rw",
        f"{state} rw shared:1 - xfs c rw",
        f"{state}-not rw - tmpfs d rw",
    )
    mount = machine.mount(state)
    assert mount == Mount(str(state), "xfs", frozenset({"rw"}))


def test_a_state_directory_open_to_all_or_absent(machine: Machine, tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert found(disk(store(state), machine))["state"].verdict is WARN
    state.mkdir()
    state.chmod(0o755)
    finding = found(disk(store(state), machine))["state"]
    assert (finding.verdict, finding.todo_en) == (WARN, f"chmod o= {state}")


def test_budgets_larger_than_the_disk(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(bytes(600))
    room = found(disk(store(tmp_path), machine))["room"]
    assert (room.verdict, room.facts["wanted_bytes"]) == (OK, 420)
    assert found(disk(store(tmp_path, bulk=2**60), machine))["room"].verdict is WARN
    assert found(disk(store(tmp_path), machine, 2**60))["room"].verdict is WARN
    assert found(disk(store(tmp_path, reserve=2**60), machine))["room"].verdict is BAD


@pytest.mark.parametrize(("worst", "verdict"), [(0.01, OK), (0.5, WARN), (3.2, BAD)])
def test_a_slow_card_is_named(
    machine: Machine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    worst: float,
    verdict: Verdict,
) -> None:
    monkeypatch.setattr(disk_checks, "sync_times", lambda _: iter([0.001] * 19 + [worst]))
    sync = found(disk(store(tmp_path), machine))["sync"]
    assert (sync.verdict, sync.facts["p99_ms"], sync.facts["median_ms"]) == (
        verdict,
        worst * 1e3,
        1,
    )


def test_syncs_are_really_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced, real = list[int](), os.fsync

    def fsync(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    assert all(seconds > 0 for seconds in sync_times(tmp_path))
    assert synced == [disk_checks.BLOCK * (n + 1) for n in range(disk_checks.SYNCS)]


def test_the_journal_whole_and_damaged(tmp_path: Path) -> None:
    (absent,) = journal(store(tmp_path))
    assert absent.verdict is SKIPPED
    path = tmp_path / NAME
    with contextlib.closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE t (x)")
        base.executemany("INSERT INTO t VALUES (?)", [("text" * 100,) for _ in range(200)])
        base.commit()
    (whole,) = journal(store(tmp_path))
    assert whole.verdict is OK
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)
    (damaged,) = journal(store(tmp_path))
    assert damaged.verdict is BAD
    path.write_bytes(b"no database at all" * 1000)
    (none,) = journal(store(tmp_path))
    assert none.verdict is BAD


def test_a_journal_that_cannot_be_opened_is_skipped(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (finding,) = journal(store(tmp_path))
    assert finding.verdict is SKIPPED


def test_clocks(machine: Machine) -> None:
    findings = found(moments(machine))
    assert findings["rtc"].verdict is WARN
    assert findings["clock"].verdict in {OK, WARN}  # as this machine happens to be
    machine.has("/sys/class/rtc/rtc0/name", "rtc-ds1307")
    assert found(moments(machine))["rtc"].en.endswith("rtc-ds1307")
    assert plausible(now=0, built=time.time()).verdict is BAD
    assert plausible(now=2.0, built=1.0).verdict is OK


def test_a_bare_board_skips_what_it_cannot_tell(machine: Machine) -> None:
    findings = found(board(machine))
    skipped = {name for name, finding in findings.items() if finding.verdict is SKIPPED}
    assert skipped == {"power", "heat", "memory", "watchdog", "unit", "release"}
    assert "skipped" in findings["power"].plain()
    assert "verdict" not in findings["power"].plain()


@pytest.mark.parametrize(
    ("check", "file", "text", "verdict"),
    [
        ("power", "/sys/devices/platform/soc/soc:firmware/get_throttled", "0", OK),
        ("power", "/sys/devices/platform/soc/soc:firmware/get_throttled", "50005", BAD),
        ("power", "/sys/devices/platform/soc/soc:firmware/get_throttled", "50000", WARN),
        ("heat", "/sys/class/thermal/thermal_zone0/temp", "48312", OK),
        ("heat", "/sys/class/thermal/thermal_zone0/temp", "81000", WARN),
        ("memory", "/proc/meminfo", "MemTotal: 949000 kB\nMemAvailable: 612000 kB", OK),
        ("memory", "/proc/meminfo", "MemTotal: 949000 kB\nMemAvailable: 40000 kB", WARN),
        ("watchdog", "/sys/class/watchdog/watchdog0/state", "active", OK),
        ("watchdog", "/sys/class/watchdog/watchdog0/state", "inactive", WARN),
        ("unit", "/etc/systemd/system/linli.service", "[Service]\nType=notify", WARN),
    ],
)
def test_a_board_that_tells(
    machine: Machine, check: str, file: str, text: str, verdict: Verdict
) -> None:
    assert found(board(machine.has(file, text)))[check].verdict is verdict


def test_our_own_unit_file_is_as_it_should_be(machine: Machine) -> None:
    unit = Path(__file__).resolve().parents[2] / "systemd" / "linli.service"
    machine.has("/usr/lib/systemd/system/linli.service", unit.read_text(encoding="utf-8"))
    assert found(board(machine))["unit"].verdict is OK


def test_processes_with_odd_names(machine: Machine) -> None:
    machine.runs(5, "a) (b")
    assert list(machine.processes()) == [Process(5, 1, "a) (b")]


CONFIG = """schema_version = 1
[site]
gateway = "box-1"
[store]
dir = "{state}"
[health]
socket = "{state}/agent.sock"
[[bus]]
id = "weighing"
port = "{port}"
[[device]]
id = "scale-1"
driver = "{driver}"
bus = "weighing"
"""


def doctored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], port: str, driver: str
) -> tuple[int, list[dict[str, object]]]:
    config = tmp_path / "box.toml"
    config.write_text(CONFIG.format(state=tmp_path, port=port, driver=driver), encoding="utf-8")
    code = main(["doctor", "--json", "--config", str(config)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_whole_round(tmp_path: Path, capsys: pytest.CaptureFixture[str], port: str) -> None:
    _, findings = doctored(tmp_path, capsys, port, "yaohua")
    verdicts = {finding.get("check"): finding.get("verdict") for finding in findings}
    assert verdicts["config"] == "ok"
    assert verdicts["state"] == "ok"
    assert verdicts["journal"] is None
    bad = [finding for finding in findings if finding.get("verdict") == "bad"]
    assert findings[-1]["ok"] is not bool(bad)
    assert set(findings[-1]) == {"ok", "findings"}


def test_a_bad_port_is_exit_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, findings = doctored(tmp_path, capsys, f"{tmp_path}/none", "yaohua")
    assert code == 1
    assert findings[-1]["ok"] is False


def test_faults_of_the_configuration_are_exit_2_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, findings = doctored(tmp_path, capsys, "relative", "yaohuo")
    assert code == 2
    faults = [finding for finding in findings if finding.get("check") == "config"]
    assert len(faults) == 2  # the port's form and the driver's name, each with its line
    assert all(finding["code"] and finding["todo"] for finding in faults)
    checks = {finding.get("check") for finding in findings}
    assert {"port", "journal", "rtc", "memory"} <= checks


def test_people_read_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(tmp_path / "none.toml")]) == 2
    shown = capsys.readouterr().out
    assert "✗ config" in shown
    assert "→" in shown
