"""The shim sees what stock sqlite3 does, byte for byte, and slows what it should slow."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hwsim.disk import build as building
from hwsim.disk.log import Op, Record, read

pytestmark = pytest.mark.skipif(
    shutil.which("gcc") is None and shutil.which("cc") is None, reason="no C compiler"
)

JOURNAL = """
import os, sqlite3, sys
home = sys.argv[1]
db = sqlite3.connect(home + "/t.db", isolation_level=None)
db.execute("pragma page_size=4096"); db.execute("pragma journal_mode=wal")
db.execute("pragma synchronous=full"); db.execute("pragma wal_autocheckpoint=20")
db.execute("create table r(seq integer primary key, p blob)")
mark = os.open(home + "/mark", os.O_CREAT | os.O_WRONLY)
for n in range(60):
    db.execute("insert into r values(?,?)", (n, b"%08d" % n * 40))
    os.write(mark, b"%d" % n)
db.execute("vacuum")
db.close() if len(sys.argv) < 3 else os._exit(0)
"""

FILES = """
import os, pathlib, sys
home = pathlib.Path(sys.argv[1]); os.chdir(home)
(home / "a").write_bytes(b"one")
with open("a", "ab") as a: a.write(b"two")
with open("a", "r+b") as a:
    a.seek(1); a.write(b"N"); a.flush(); os.fsync(a.fileno()); a.truncate(4)
os.replace("a", "b")
fd = os.open("b", os.O_WRONLY); os.writev(fd, [b"xy", b"z"]); os.pwrite(fd, b"!", 9); os.close(fd)
here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
os.unlink("b", dir_fd=here); os.fsync(here)
pathlib.Path(sys.argv[2]).write_bytes(b"elsewhere")
open("c", "wb").write(b"c"); open("c", "wb").close()
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return building.build(tmp_path_factory.mktemp("shim"))


def recorded(shim: Path, tmp_path: Path, program: str, *more: str) -> tuple[Path, list[Record]]:
    home, log = tmp_path / "home", tmp_path / "log"
    home.mkdir()
    environment = building.environment(shim, log=log, directory=home)
    subprocess.run([sys.executable, "-c", program, str(home), *more], env=environment, check=True)
    return home, list(read(log))


def replayed(records: list[Record]) -> dict[str, bytes]:
    """The files as the log says they stand."""
    files: dict[str, bytearray] = {}
    for record in records:
        if record.op is Op.RENAME:
            files[record.to] = files.pop(record.path)
        elif record.op is Op.UNLINK:
            files.pop(record.path, None)
        elif record.op in (Op.CREATE, Op.WRITE, Op.TRUNCATE):
            file = files.setdefault(record.path, bytearray())
            end = record.offset + len(record.data)
            file.extend(bytes(max(0, end - len(file))))
            file[record.offset : end if record.op is Op.WRITE else None] = record.data
    return {name: bytes(file) for name, file in files.items()}


@pytest.mark.parametrize("ending", [(), ("crash",)], ids=["closed", "left open"])
def test_it_records_all_that_stock_sqlite_writes(
    shim: Path, tmp_path: Path, ending: tuple[str, ...]
) -> None:
    home, records = recorded(shim, tmp_path, JOURNAL, *ending)
    on_disk = {file.name: file.read_bytes() for file in home.iterdir()}
    on_disk.pop("t.db-shm", None)  # a mapping, not seen and not needed
    told = replayed(records)
    told.pop("t.db-shm", None)
    assert told == on_disk
    assert ("t.db-wal" in told) is bool(ending)


def test_every_commit_is_synced_before_its_mark(shim: Path, tmp_path: Path) -> None:
    _, records = recorded(shim, tmp_path, JOURNAL)
    marks = [at for at, record in enumerate(records) if record.mark is not None]
    assert [records[at].mark for at in marks] == [str(n) for n in range(60)]
    for before, at in zip([0, *marks], marks, strict=False):
        between = [(r.op, r.path) for r in records[before:at] if r.path.startswith("t.db")]
        assert (Op.SYNC, "t.db-wal") in between
    assert [r.at_ns for r in records] == sorted(r.at_ns for r in records)


def test_names_truncations_and_other_directories(shim: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    home, records = recorded(shim, tmp_path, FILES, str(elsewhere))
    assert [(r.op.value, r.path, r.offset, r.data) for r in records] == [
        ("c", "a", 0, b""),
        ("w", "a", 0, b"one"),
        ("w", "a", 3, b"two"),
        ("w", "a", 1, b"N"),
        ("s", "a", 0, b""),
        ("t", "a", 4, b""),
        ("r", "a", 0, b"b"),
        ("w", "b", 0, b"xy"),
        ("w", "b", 2, b"z"),
        ("w", "b", 9, b"!"),
        ("u", "b", 0, b""),
        ("d", ".", 0, b""),
        ("c", "c", 0, b""),
        ("w", "c", 0, b"c"),
        ("t", "c", 0, b""),
    ]
    assert replayed(records) == {"c": b""}
    assert elsewhere.read_bytes() == b"elsewhere"
    assert [file.name for file in home.iterdir()] == ["c"]


def test_a_slow_disk_delays_syncs_of_files_only(shim: Path, tmp_path: Path) -> None:
    program = (
        "import os, sys, time\n"
        "fd = os.open(sys.argv[1] + '/f', os.O_CREAT | os.O_WRONLY)\n"
        "here = os.open(sys.argv[1], os.O_RDONLY)\n"
        "def took(what):\n"
        "    began = time.monotonic(); what(); return time.monotonic() - began\n"
        "syncs = [took(lambda: os.fsync(fd)), took(lambda: os.fdatasync(fd))]\n"
        "assert min(syncs) >= 0.5, syncs\n"
        "assert min(took(lambda: os.fsync(here)) for _ in range(5)) < 0.5\n"
        "assert min(took(lambda: os.write(fd, b'x')) for _ in range(5)) < 0.5\n"
    )
    environment = building.environment(shim, sync_ms=500)
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment, check=True)
    assert time.monotonic() - began >= 1.0


def test_a_log_that_cannot_be_kept_stops_the_process(shim: Path, tmp_path: Path) -> None:
    environment = building.environment(shim, log=tmp_path / "log", directory=tmp_path / "missing")
    done = subprocess.run(
        [sys.executable, "-c", ""], env=environment, capture_output=True, check=False
    )
    assert done.returncode != 0
    assert b"LINLI_SHIM_DIR" in done.stderr


def test_a_stranger_is_no_log_and_a_torn_end_is_the_end(shim: Path, tmp_path: Path) -> None:
    _, records = recorded(shim, tmp_path, "open(__import__('sys').argv[1] + '/f', 'w').write('x')")
    log = tmp_path / "log"
    os.truncate(log, log.stat().st_size - 1)
    assert list(read(log)) == records[:-1]
    log.write_bytes(b"something else")
    with pytest.raises(ValueError, match="shim"):
        list(read(log))


def test_the_command_prints_the_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert building.main(["--to", str(tmp_path / "new")]) == 0
    assert Path(capsys.readouterr().out.strip()).is_file()
    assert building.build(tmp_path / "new") == building.build(tmp_path / "new")
