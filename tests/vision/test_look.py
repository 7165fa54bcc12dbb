"""What is in a picture, as one object of JSON."""

import json
from pathlib import Path

import pytest

from agent.vision.found import Corners, FoundCode, FoundPlate
from agent.vision.look import Looker, as_line
from agent.vision.pictures import Picture, Unreadable
from tests.vision import files

QUAD: Corners = ((1, 2), (30.04, 2), (30.06, 12), (-1.25, 12))
PLATE = FoundPlate("湘A12345", "blue", "single-row", 0.98765, QUAD)
DIM = FoundPlate(None, "green", "new-energy", 0.1, QUAD, unsure=True)


class Plates:
    def look(self, picture: Picture) -> list[FoundPlate]:
        return [PLATE, DIM] if picture.shape == (40, 60, 3) else []

    def crop(self, picture: Picture) -> FoundPlate:
        return PLATE if picture.ndim == 3 else DIM


class Codes:
    def read(self, picture: Picture) -> list[FoundCode]:
        return [FoundCode(payload, QUAD) for payload in (b"", "门".encode(), b"\xff\x00")][
            : picture.ndim
        ]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(files.as_file(files.quarters(), ".png"))
    return path


def test_plates_and_codes_are_told(photo: Path) -> None:
    line = json.loads(json.dumps(as_line("photo.png", Looker(Plates(), Codes()).look(photo))))
    corners = [[1.0, 2.0], [30.0, 2.0], [30.1, 12.0], [-1.2, 12.0]]
    assert list(line) == ["file", "plates", "codes", "ms"]
    assert line["file"] == "photo.png"
    assert line["ms"] > 0
    assert line["plates"] == [
        {
            "text": "湘A12345",
            "colour": "blue",
            "kind": "single-row",
            "confidence": 0.9877,
            "corners": corners,
        },
        {
            "text": None,
            "unsure": True,
            "colour": "green",
            "kind": "new-energy",
            "confidence": 0.1,
            "corners": corners,
        },
    ]
    assert line["codes"] == [
        {"format": "QRCode", "text": text, "hex": payload, "corners": corners}
        for text, payload in (("", ""), ("门", "e997a8"), (None, "ff00"))
    ]


def test_who_is_not_asked_says_nothing(photo: Path) -> None:
    assert Looker(None, Codes()).look(photo).plates == ()
    assert Looker(Plates(), None).look(photo).codes == ()
    assert Looker(Plates(), None, crop=True).look(photo).plates == (PLATE,)


@pytest.mark.parametrize("name", ["missing.png", "no\0name.png", "x" * 5000, ""])
def test_a_file_that_is_none_is_unreadable(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable):
        Looker(Plates(), Codes()).look(tmp_path / name)
