"""``linli bench --vision``: how answers are judged.  The answers here are made up."""

import json
from pathlib import Path

import pytest

from cli.bench.eyes import child, labels, lane_verdicts, phones, plate_photos, quads
from cli.bench.eyes.code_photos import CodePhotos
from cli.bench.eyes.plan import Plan, folder, heldout
from cli.bench.eyes.plate_photos import PlatePhotos
from cli.bench.eyes.share import Share
from cli.drill.room import Cannot
from cli.main import main

PLATES = """file,plate,colour,kind,corners,source,licence
crops/a.jpg,皖A00001,blue,single-row,,,
crops/b.jpg,皖A00002,blue,single-row,,,
photos/c.jpg,粤B00003,yellow,double-row,0 0 100 0 100 50 0 50,,
photos/c.jpg,,,unlabelled,200 0 300 0 300 50 200 50,,
photos/d.jpg,粤B00004,green,new-energy,0 0 100 0 100 50 0 50,,
"""
CODES = """file,text,hex,near_copies,source,licence
photos/a.png,"x\r\ny",,1,,
photos/b.png,,ff00,1,,
"""
NONE = "file,source,licence\nnone/a.png,,\n"
HERE = [[1, 1], [99, 1], [99, 49], [1, 49]]
BESIDE = [[201, 1], [299, 1], [299, 49], [201, 49]]
NOWHERE = [[500, 500], [600, 500], [600, 550], [500, 550]]


def _said(text: str | None, corners: list[list[int]], *, unsure: bool = False) -> child.Row:
    return {"text": text, "unsure": unsure, "corners": corners}


def _answer(*plates: child.Row) -> child.Row:
    return {"plates": plates, "ms": 5.0, "decode_ms": 1.0}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name, text in (("plates", PLATES), ("qr", CODES)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "labels.csv").write_text(text, encoding="utf-8", newline="")
    (tmp_path / "qr" / "none.csv").write_text(NONE, encoding="utf-8")
    return tmp_path


def test_an_interval_is_wilsons() -> None:
    low, high = Share(9, 10).interval  # as in Brown, Cai, DasGupta 2001, by hand
    assert (round(low, 1), round(high, 1)) == (59.6, 98.2)
    assert Share(10, 10).interval == pytest.approx((72.2, 100), abs=0.1)
    assert Share(0, 0).pct == 0
    assert Share(0, 0).interval == (0, 100)


def test_labels_are_read_with_their_own_line_ends(photos: Path) -> None:
    told = list(labels.codes(photos / "qr" / "labels.csv"))
    assert [each.payload for each in told] == [b"x\r\ny", b"\xff\x00"]
    a, _, c, d = labels.plates(photos / "plates" / "labels.csv")
    assert (a.is_crop, c.is_crop) == (True, False)
    assert a.plates[0].quad is None
    assert [each.text for each in c.plates] == ["粤B00003", ""]
    assert d.plates[0].quad == ((0, 0), (100, 0), (100, 50), (0, 50))


def test_outlines_are_compared_whatever_corner_comes_first() -> None:
    square, turned = ((0, 0), (10, 0), (10, 10), (0, 10)), ((10, 10), (0, 10), (0, 0), (10, 0))
    half = ((5, 0), (15, 0), (15, 10), (5, 10))
    assert quads.overlap(square, turned) == pytest.approx(1)
    assert quads.overlap(square, half) == pytest.approx(1 / 3)
    assert quads.overlap(square, ((0, 0), (0, 0), (0, 0), (0, 0))) == 0
    far = ((100, 0), (110, 0), (110, 10), (100, 10))
    assert list(quads.pairs([far, half, square], [square, far])) == [(2, 0), (0, 1)]


def test_plates_are_judged(photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answers = [
        _answer(_said("皖A00001", HERE)),
        _answer(_said("皖A99999", HERE)),
        _answer(_said("粤B00003", HERE, unsure=True)),
        _answer(_said(None, HERE)),
        _answer(_said("粤B00003", HERE), _said("粤Z", BESIDE), _said("粤Z", NOWHERE)),
        _answer(_said("粤B99999", HERE, unsure=True)),
    ]
    asked: list[child.Row] = []

    def ask(_: str, tasks: list[child.Row]) -> list[child.Row]:
        asked.extend(tasks)
        return answers

    monkeypatch.setattr(plate_photos, "ask", ask)
    monkeypatch.setattr(plate_photos, "heldout", lambda: None)
    figures = {each.figure: each for each in PlatePhotos(Plan(photos)).measure(tmp_path)}
    assert [(each["crop"], "corners" in each) for each in asked] == [
        *[(True, False)] * 2,
        *[(True, True)] * 2,
        *[(False, False)] * 2,
    ]
    assert tuple(figures) == PlatePhotos.FIGURES
    assert {name.removeprefix("plate_"): figure.value for name, figure in figures.items()} == {
        "crops_pct": 50,
        "street_crops_pct": 50,
        "photos_pct": 50,
        "recall_pct": 100,
        "false_per_photo": 0.5,
        "green_pct": 0,
        "double_row_pct": 100,
        "wrong_pct": 25,
        "photo_ms": 5,
    }
    assert "no list says" in figures["plate_crops_pct"].how


def test_photos_kept_out_of_training_count(
    photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listed = tmp_path / "heldout.txt"
    listed.write_text("# names\nplates/crops/b.jpg\n\nd.jpg\n")
    assert heldout(tmp_path / "missing") is None
    right, wrong = _answer(_said("皖A00001", HERE)), _answer(_said("粤B00004", HERE))
    monkeypatch.setattr(plate_photos, "heldout", lambda: heldout(listed))
    monkeypatch.setattr(plate_photos, "ask", lambda *_: [right, right, wrong, wrong, right, wrong])
    figures = {each.figure: each for each in PlatePhotos(Plan(photos)).measure(tmp_path)}
    assert figures["plate_crops_pct"].value == 0
    assert "kept out of training; beside them 1 of 1" in figures["plate_crops_pct"].how
    assert figures["plate_photos_pct"].value == 100
    assert "none kept out of training" in figures["plate_double_row_pct"].how
    assert "all kept out of training" in figures["plate_green_pct"].how


def test_codes_are_judged(photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    label, other = b"x\r\ny".hex(), b"second".hex()
    took = {"ours_ms": 2.0, "zxing_ms": 1.0}
    answers = [
        [
            {"ours": [label, other], "zxing": [label, other], "opencv": [], **took},
            {"ours": [label], "zxing": [], "opencv": [label], **took},
            {"ours": ["ff00"], "zxing": ["ff00"], "opencv": [], **took},
            {"ours": ["beef"], "zxing": [], "opencv": [], **took},
        ],
        [{"ours": [], "zxing": [], "opencv": [], **took}] * 4,
    ]
    monkeypatch.setattr("cli.bench.eyes.code_photos.ask", lambda *_: answers.pop(0))
    read, misreads, false = CodePhotos(Plan(photos)).measure(tmp_path)
    assert (read.value, read.goal) == (75, 52.5)
    assert (misreads.value, false.value) == (1, 0)


def test_without_photos_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder(None, {"LINLI_PHOTOS": "/x"}) == Path("/x")
    assert folder(tmp_path, {"LINLI_PHOTOS": "/x"}) == tmp_path
    with pytest.raises(Cannot):
        Plan(None).labels("qr")
    monkeypatch.setenv("LINLI_PHOTOS", str(tmp_path))
    assert main(["bench", "--vision", "--json", "qr_photos_pct", "plate_photos_pct"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["figure"] for line in lines} >= {"qr_photos_pct", "plate_photos_pct"}
    assert all("labels.csv" in line["skipped"] for line in lines)


def test_a_child_that_falls_is_told_with_its_last_words() -> None:
    with pytest.raises(Cannot, match="No module named"):
        child.ask("no_such_reader", [])


def _vehicle(number: int, at: float, **more: object) -> child.Row:
    usual = {"seconds": 4.0, "story": "approach", "without": None, "direction": "in", "may": None}
    return {"passage": number, "at": at, "plate": f"湘A0000{number}", **usual, **more}


def _event(at: float, plate: str | None, direction: str = "in", **more: object) -> child.Row:
    return {"t": at, "plate": plate, "direction": direction, "unsure": False, **more}


def test_vehicles_of_a_film_get_the_event_that_is_theirs() -> None:
    film = [
        _vehicle(1, 1.0),
        _vehicle(2, 2.5),  # close behind, and told of first
        _vehicle(3, 20.0, plate=None, without="paper"),
        _vehicle(4, 40.0, may="out"),
        _vehicle(5, 50.0, direction=None, without="plate"),  # on foot
        _vehicle(6, 58.0),  # the film ends before it has passed
    ]
    events = [
        _event(5.0, "湘A00002"),
        _event(6.0, "湘A00001", "out"),
        _event(6.5, "湘A00001"),  # once more
        _event(24.0, None, without="plate"),  # it had paper
        _event(43.0, "湘A00004"),
        _event(46.0, "湘A00004", "out"),  # it turned back
        _event(59.0, "湘A00006"),
    ]
    told = lane_verdicts.judged(film, events, 60.0)
    assert [each.truth["passage"] for each in told.vehicles] == [1, 2, 3, 4]
    assert [each.right for each in told.vehicles] == [True, True, False, True]
    assert [each.right_way for each in told.vehicles] == [False, True, True, True]
    assert [each["t"] for each in told.extra] == [6.5]
    walker = lane_verdicts.judged(film[4:5], [_event(52.0, None, without="plate")], 60.0)
    assert (walker.vehicles, len(walker.extra)) == ((), 1)
    lost = lane_verdicts.judged(film[:1], [], 60.0)
    assert [(each.right, each.right_way) for each in lost.vehicles] == [(False, False)]


def test_attempts_count_from_the_first_frame_that_was_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def draw(module: list[str]) -> str:
        folder = Path(module[module.index("--out") + 1])
        folder.mkdir(parents=True)
        kind = module[1]
        rows = [
            {"file": f"{at}.jpg", "payload_hex": "aa", "attempt": 0, "t": at / 10}
            for at in range(3 if kind == "--attempts" else 1)
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / "truth.jsonl").write_text(lines)
        return ""

    answers = {
        "read_codes": [
            {"ours": ["aa"], "zxing": [], "opencv": [], "ours_ms": 4.0, "zxing_ms": 2.0},
            {"ours": ["bb"], "zxing": ["aa"], "opencv": [], "ours_ms": 8.0, "zxing_ms": 2.0},
        ],
        "watch_codes": [{"read": [[], ["aa"], ["aa"]]}, {"read": [[], [], ["bb"]]}],
    }
    monkeypatch.setattr(phones, "run", draw)
    monkeypatch.setattr(phones, "ask", lambda reader, _: answers[reader])
    told = {each.figure: each for each in phones.Phones(Plan(None, seed=7)).measure(tmp_path)}
    assert {name: figure.value for name, figure in told.items()} == {
        "qr_phone_frames_pct": 50,
        "qr_hard_mean_ms": 6,
        "qr_hard_p95_ms": 8,
        "qr_phone_attempts_pct": 50,
    }
    assert all("misread 1" in told[f"qr_phone_{each}_pct"].how for each in ("frames", "attempts"))
    assert "seeds 7 to 8" in told["qr_phone_frames_pct"].how
    assert "3.0 times" in told["qr_hard_mean_ms"].how
