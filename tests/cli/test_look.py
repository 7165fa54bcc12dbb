"""``linli look``: every file is told, whatever it is, in order and at once."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agent.vision import look, pictures
from agent.vision.found import Corners, FoundCode, FoundPlate
from agent.vision.pictures import Picture
from cli import look as command
from cli.looking.names import LONGEST, names, printable
from cli.main import main
from tests.vision import files

QUAD: Corners = ((1, 2), (30, 2), (30, 12), (1, 12))
HOSTILE = b"\x1b[31m[red]x\r\n" + b"A" * 300


class Plates:
    def look(self, _: Picture) -> list[FoundPlate]:
        return [FoundPlate("粤Z1234港", "black", "single-row", 0.6, QUAD, unsure=True)]

    def crop(self, _: Picture) -> FoundPlate:
        return FoundPlate(None, "yellow", "double-row", 0.2, QUAD)


class Codes:
    def read(self, _: Picture) -> list[FoundCode]:
        return [FoundCode(HOSTILE, QUAD)]


@pytest.fixture(autouse=True)
def _readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known answers: what the readers can do is their own tests' business."""
    monkeypatch.setattr(look, "_plate_reader", Plates)
    monkeypatch.setattr(look, "_code_reader", Codes)
    monkeypatch.setattr(command, "NEEDS_FOR_PLATES", {})
    monkeypatch.setattr(command, "NEEDS_FOR_CODES", {})
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.png"
    path.write_bytes(files.as_file(files.quarters(), ".png"))
    return str(path)


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_both_are_looked_for_or_the_one_that_is_named(
    photo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    both = (1, 1)
    for options, expected in (
        ([], both),
        (["--plates"], (1, 0)),
        (["--codes"], (0, 1)),
        (["--plates", "--codes"], both),
        (["--crop"], (1, 0)),
        (["--crop", "--codes"], both),
    ):
        assert main(["look", "--json", *options, photo]) == 0
        (line,) = _lines(capsys)
        assert (len(line["plates"]), len(line["codes"])) == expected
        if "--crop" in options:
            assert line["plates"][0]["kind"] == "double-row"


def test_what_is_no_photo_is_told_and_the_others_are_read(
    photo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    empty = tmp_path / "empty.jpg"
    empty.touch()
    bad = [str(text), str(empty), str(tmp_path), str(tmp_path / "missing.jpg")]
    assert main(["look", "--json", photo, *bad, photo]) == 1
    lines = _lines(capsys)
    assert [line["file"] for line in lines] == [photo, *bad, photo]
    assert [set(line) for line in lines[1:-1]] == [{"file", "error"}] * 4
    assert all(line["error"] for line in lines[1:-1])
    assert lines[0]["codes"] == lines[-1]["codes"] != []


def test_a_name_that_is_no_text_is_told_so_that_it_can_be_found_again(
    photo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xd5\xd5.png"
    Path(os.fsdecode(name)).write_bytes(Path(photo).read_bytes())
    listed = tmp_path / "list"
    listed.write_bytes(name + b"\n\n" + os.fsencode(photo))
    assert main(["look", "--json", "--files-from", str(listed)]) == 0
    first, second = _lines(capsys)
    assert os.fsencode(str(first["file"])) == name
    assert second["file"] == photo
    assert main(["look", os.fsdecode(name)]) == 0
    assert "\\udcff" in capsys.readouterr().out


def test_people_get_a_table_and_no_control_character(
    photo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["look", photo, str(tmp_path / "\x1b[2Jmissing")]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\r" not in out
    assert "\\x1b[31m[red]x\\r\\n" in out
    assert "粤Z1234港 存疑 unsure" in out
    assert "黑单层 black single-row" in out


def test_drawn_copies_leave_the_photos_alone(
    photo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Path(photo).read_bytes()
    assert main(["look", "--json", "--draw", str(tmp_path), photo, photo]) == 0
    assert Path(photo).read_bytes() == before
    for name in ("photo.seen.jpg", "photo.2.seen.jpg"):
        assert pictures.from_file(tmp_path / name).shape[2] == 3
    assert len(_lines(capsys)) == 2
    assert main(["look", "--draw", photo, photo]) == 2


def test_wrong_use(photo: str, tmp_path: Path) -> None:
    assert main(["look", "--json"]) == 2
    assert main(["look", "--json", photo, "--files-from", "-"]) == 2
    assert main(["look", "--json", "--files-from", str(tmp_path / "missing")]) == 2


def test_a_missing_library_is_named(
    photo: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "NEEDS_FOR_CODES", {"no_such_eyes": "no-such-eyes"})
    assert main(["look", photo]) == 3
    assert "pip install no-such-eyes" in capsys.readouterr().err
    assert main(["look", "--plates", photo]) == 0


def test_names_are_taken_one_a_line() -> None:
    told = io.BytesIO(b"a b\n\n" + b"x" * (3 * LONGEST) + b"\n\xe9\nlast")
    first, long, second, last = names(told)
    assert (first, second, last) == ("a b", "\udce9", "last")
    assert len(long) == LONGEST + 1


def test_what_moves_a_cursor_is_written_out() -> None:
    assert printable("湘A\x1b[2J\u202e\n\udcff[b]") == r"湘A\x1b[2J\u202e\n\udcff[b]"


def test_each_file_is_told_before_the_next_is_named(photo: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "look", "--json", "--codes", "--files-from", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in (photo, "/no/such.png", photo):
            process.stdin.write(f"{name}\n")
            assert json.loads(process.stdout.readline())["file"] == name
        process.stdin.close()
        assert process.wait(20) == 1
