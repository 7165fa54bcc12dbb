"""``linli evidence``: who looks says who she is; what she did is on record; plates are masked."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.clock.boot import KernelBoot
from agent.model.evidence import Shot, Taken
from agent.model.time import Stamp, TimeQuality
from agent.store.album import DAY_NS, NAME, Album
from agent.store.tuning import Tuning
from cli.main import main
from cli.pictures import person

JPEG = b"\xff\xd8\xffpicture"
CONFIG = """\
schema_version = 1
[site]
gateway = "box-1"
[store]
dir = "{0}"
[health]
socket = "{0}/agent.sock"
"""
WHO = ("--by", "王工", "--why", "案件")
NOW_NS = 1_800_000_000 * 10**9  # 2027-01-15T08:00:00Z
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Three passages of now, by the clock that an agent told in this boot."""
    (tmp_path / "box.toml").write_text(CONFIG.format(tmp_path))
    boot = KernelBoot()
    at = Stamp(boot.id, boot.mono_ns(), NOW_NS, TimeQuality.TRUSTED)
    album = Album.open(tmp_path, Tuning())
    for number in range(3):
        shots = (Shot("scene", JPEG + bytes([number])), Shot("crop", JPEG))
        taken = Taken(
            passage=f"p-{number}", camera=f"cam-{number % 2}", at=at, shots=shots, plate="湘A12345"
        )
        album.put(taken, 30 * DAY_NS)
    album.close()
    return tmp_path


@pytest.fixture
def linli(store: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(deed: str, *args: str) -> tuple[int, str, str]:
        code = main(["evidence", deed, *args, "--config", str(store / "box.toml")])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def _lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def _audit(linli: Run) -> list[dict[str, object]]:
    code, out, _ = linli("audit", "--json")
    *entries, last = _lines(out)
    assert (code, last) == (0, {"whole": True})
    return entries


def test_a_list_masks_plates(linli: Run) -> None:
    code, out, _ = linli("list", "--json")
    assert code == 0
    assert "12345" not in out
    newest = _lines(out)[0]
    assert (newest["passage"], newest["camera"]) == ("p-2", "cam-0")
    assert str(newest["utc"]).startswith("2027-01-15T08:00:00")
    assert str(newest["expires"]).startswith("2027-02-14T08:00:00")
    _, text, _ = linli("list", "--camera", "cam-1")
    assert text.splitlines() == [
        "p-1  2027-01-15 16:00  湘A·****5  unknown  0 KB → 2027-02-14 16:00"
    ]
    assert _audit(linli) == []


def test_whole_plates_are_for_people_who_say_why(linli: Run) -> None:
    assert linli("list", "--reveal")[0] == 2
    assert linli("list", "--reveal", "--by", "王工")[0] == 2
    code, out, _ = linli("list", "--reveal", *WHO)
    assert code == 0
    assert out.count("湘A12345") == 3
    (entry,) = _audit(linli)
    assert (entry["action"], entry["by"], entry["who"]) == ("reveal", "王工", person.user())
    assert str(entry["utc"]).startswith("2027-01-15T08:")


def test_a_picture_is_taken_out_once_it_is_on_record(linli: Run, tmp_path: Path) -> None:
    out = tmp_path / "crop.jpg"
    assert linli("view", "p-1", "--role", "crop", "--out", str(out), *WHO)[0] == 0
    assert out.read_bytes() == JPEG
    assert out.stat().st_mode & 0o077 == 0
    code, _, err = linli("view", "p-1", "--out", str(out), *WHO)
    assert (code, "已存在" in err) == (1, True)
    (entry,) = _audit(linli)
    assert entry["what"] == {"passage": "p-1", "role": "crop"}
    assert entry["why"] == "案件"


@pytest.mark.parametrize("deed", ["view", "export", "hold", "release"])
def test_nobody_is_anonymous(deed: str, linli: Run, capsys: pytest.CaptureFixture[str]) -> None:
    more = {
        "view": ["p-1", "--out", "x"],
        "export": ["p-1", "--dir", "x"],
        "hold": ["p-1", "--case", "1", "--until", "2027-02-01"],
        "release": ["--case", "1"],
    }[deed]
    for missing in (("--by", "王工"), ("--why", "案件")):
        with pytest.raises(SystemExit) as wrong:
            linli(deed, *more, *missing)
        assert wrong.value.code == 2
        assert "required" in capsys.readouterr().err
    assert _audit(linli) == []


def test_what_is_not_there_leaves_nothing(linli: Run, tmp_path: Path) -> None:
    new = tmp_path / "out"
    assert linli("view", "p-9", "--out", str(new), *WHO)[0] == 1
    assert linli("export", "p-1", "p-9", "--dir", str(new), *WHO)[0] == 1
    assert linli("hold", "p-1", "p-9", "--case", "1", "--until", "2027-02-01", *WHO)[0] == 1
    assert not new.exists()
    assert [each["holds"] for each in _lines(linli("list", "--json")[1])] == [[], [], []]
    assert _audit(linli) == []


def test_a_case_from_hold_to_release(linli: Run, tmp_path: Path) -> None:
    until = ("--until", "2027-03-31")
    assert linli("hold", "p-0", "p-2", "--case", "公安-7", *until, *WHO)[0] == 0
    held = _lines(linli("list", "--case", "公安-7", "--json")[1])
    assert [each["passage"] for each in held] == ["p-0", "p-2"]
    assert held[0]["holds"] == [{"case": "公安-7", "until": "2027-03-31T16:00:00.000000Z"}]
    assert linli("export", "--case", "公安-7", "--dir", str(tmp_path / "out"), *WHO)[0] == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["gateway"], manifest["case"], manifest["by"]) == ("box-1", "公安-7", "王工")
    assert manifest["passages"][1]["plate"] == "湘A12345"
    scene = next(each for each in manifest["passages"][1]["files"] if each["role"] == "scene")
    data = (tmp_path / "out" / scene["file"]).read_bytes()
    assert Shot("scene", data).sha256 == scene["sha256"]
    assert linli("release", "p-0", "--case", "公安-7", *WHO)[0] == 0
    assert linli("release", "--case", "公安-7", *WHO)[1].endswith(": 1\n")
    assert linli("release", "--case", "公安-7", *WHO)[0] == 1
    actions = [entry["action"] for entry in _audit(linli)]
    assert actions == ["hold", "export", "export", "release", "release", "release"]


@pytest.mark.parametrize("day", ["2027-01-14", "tomorrow", "2031-01-01", "9999-12-31"])
def test_a_hold_ends_on_a_day_that_can_be(day: str, linli: Run) -> None:
    code, _, err = linli("hold", "p-0", "--case", "1", "--until", day, *WHO)
    assert (code, day in err) == (2, True)


@pytest.mark.parametrize("number", ["", "x" * 65, "a\x1b[31m"])
def test_a_case_has_a_number_that_can_be_shown(number: str, linli: Run) -> None:
    assert linli("hold", "p-0", "--case", number, "--until", "2027-02-01", *WHO)[0] == 2


def test_an_export_names_passages_or_a_case(linli: Run, tmp_path: Path) -> None:
    new = str(tmp_path / "out")
    assert linli("export", "--dir", new, *WHO)[0] == 2
    assert linli("export", "p-1", "--case", "7", "--dir", new, *WHO)[0] == 2


def test_a_picture_that_the_disk_has_changed_is_no_evidence(
    store: Path, linli: Run, tmp_path: Path
) -> None:
    link = sqlite3.connect(store / NAME)
    link.execute("UPDATE picture SET jpeg = ? WHERE role = 'scene'", (JPEG,))
    link.commit()
    link.close()
    code, _, err = linli("view", "p-1", "--out", str(tmp_path / "x"), *WHO)
    assert (code, "损坏" in err) == (1, True)
    assert not (tmp_path / "x").exists()


def test_an_audit_that_somebody_changed_is_told(store: Path, linli: Run) -> None:
    linli("list", "--reveal", *WHO)
    link = sqlite3.connect(store / NAME)
    link.execute("DROP TRIGGER audit_is_not_edited")
    link.execute("UPDATE audit SET why = ''")
    link.commit()
    link.close()
    code, out, _ = linli("audit", "--json")
    assert (code, _lines(out)[-1]) == (1, {"whole": False, "broken_at": 1})
    assert "1" in linli("audit")[1].splitlines()[-1]


def test_without_pictures_or_a_configuration(linli: Run, store: Path) -> None:
    (store / NAME).unlink()
    code, _, err = linli("list")
    assert (code, NAME in err) == (1, True)
    (store / "box.toml").write_text("x")
    assert linli("list")[0] == 2


def test_days_are_those_of_the_site(linli: Run) -> None:
    """Its last moment is that day's midnight there."""
    today = datetime.fromtimestamp(NOW_NS / 1e9, UTC) + timedelta(hours=8)
    day = f"{today:%Y-%m-%d}"
    assert linli("hold", "p-0", "--case", "1", "--until", day, *WHO)[0] == 0
    (held,) = _lines(linli("list", "--case", "1", "--json")[1])
    assert held["holds"] == [{"case": "1", "until": "2027-01-15T16:00:00.000000Z"}]
