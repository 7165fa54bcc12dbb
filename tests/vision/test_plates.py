"""Plates are found, set straight and read; what is unsure is told as such."""

import itertools

import cv2
import numpy as np
import pytest

from agent.vision.pictures import Picture
from agent.vision.plates import letters, straight
from agent.vision.plates.reader import PlateReader, _agreed
from agent.vision.plates.reading import Reading
from hwsim.sights import numbers
from hwsim.sights import plate as plates
from hwsim.sights.signs import NoFont

CLASSES = len(letters.CHARACTERS) + 1


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


def drawn(text: str, colour: str, kind: str) -> Picture:
    try:
        return np.asarray(plates.draw(numbers.Plate(text, colour, kind)), np.uint8)
    except NoFont as lacking:
        pytest.skip(str(lacking))


PLATES = [
    ("湘A12345", "blue", "single-row"),
    ("粤B8K9Z2", "blue", "single-row"),
    ("京AD12345", "green", "new-energy"),
    ("苏E72846", "yellow", "single-row"),
]


@pytest.mark.parametrize(("text", "colour", "kind"), PLATES)
def test_a_cut_out_plate_is_read(reader: PlateReader, text: str, colour: str, kind: str) -> None:
    found = reader.crop(drawn(text, colour, kind))
    assert (found.text, found.colour, found.kind) == (text, colour, kind)
    assert "".join(guess.best for guess in found.guesses) == text


def test_two_rows_are_read(reader: PlateReader) -> None:
    found = reader.crop(drawn("鲁H38642", "yellow", "double-row"))
    assert (found.text, found.kind) == ("鲁H38642", "double-row")


def scene(part: Picture, width: int = 150) -> tuple[Picture, tuple[int, int]]:
    """On a bumper, in a street of grey."""
    picture = np.full((540, 960, 3), 120, np.uint8)
    cv2.rectangle(picture, (250, 150), (720, 430), (60, 40, 40), -1)
    height = round(part.shape[0] * width / part.shape[1])
    small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)
    picture[330 : 330 + height, 410 : 410 + width] = small
    return picture, (410, 330)


def test_a_plate_in_a_street_is_found_and_read(reader: PlateReader) -> None:
    picture, (x, y) = scene(drawn("湘A12345", "blue", "single-row"))
    (found,) = reader.look(picture)
    assert found.text == "湘A12345"
    assert np.abs(np.asarray(found.corners[0]) - (x, y)).max() < 12


def test_an_empty_street_has_none(reader: PlateReader) -> None:
    picture, _ = scene(np.full((70, 220, 3), 60, np.uint8))
    assert reader.look(picture) == []


@pytest.mark.parametrize("shape", [(0, 0, 3), (1, 1, 3), (8, 900, 3), (400, 300), (2000, 17, 3)])
def test_odd_pictures_raise_nothing(reader: PlateReader, shape: tuple[int, ...]) -> None:
    assert reader.look(np.zeros(shape, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (30, 90), (400, 20, 3)])
def test_an_odd_cut_is_no_sure_plate(reader: PlateReader, shape: tuple[int, ...]) -> None:
    found = reader.crop(np.zeros(shape, np.uint8))
    assert found.unsure


def test_the_beam_finds_what_all_paths_give() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        steps = np.zeros((4, CLASSES), np.float32)
        steps[:, :3] = rng.dirichlet([1, 1, 1], 4)
        wanted: dict[str, float] = {}
        for path in itertools.product(range(3), repeat=4):
            chance = float(np.prod([steps[at, one] for at, one in enumerate(path)]))
            kept = [a for a, b in zip(path, (0, *path), strict=False) if a not in (0, b)]
            text = "".join(letters.CHARACTERS[one - 1] for one in kept)
            wanted[text] = wanted.get(text, 0.0) + chance
        got = letters.texts(steps)
        best = max(wanted, key=lambda text: wanted[text])
        assert max(got, key=lambda text: got[text]) == best
        assert got[best] == pytest.approx(wanted[best], rel=0.05)
        assert sum(got.values()) <= 1.0001


def test_steps_that_are_sure_need_no_beam() -> None:
    steps = np.full((6, CLASSES), 1e-6, np.float32)
    for at, one in enumerate((1, 0, 2, 2, 0, 2)):
        steps[at, one] = 0.995
    wanted = letters.CHARACTERS[0] + letters.CHARACTERS[1] * 2
    assert letters.texts(steps) == {wanted: pytest.approx(0.995**6, rel=1e-3)}


def test_a_tilted_plate_is_set_straight() -> None:
    flat = np.zeros((80, 320, 3), np.uint8)
    flat[:, 160:] = 255
    corners = ((100.0, 100.0), (300.0, 130.0), (300.0, 190.0), (100.0, 150.0))
    turn = cv2.getPerspectiveTransform(
        np.asarray([[0, 0], [320, 0], [320, 80], [0, 80]], np.float32),
        np.asarray(corners, np.float32),
    )
    picture = np.asarray(cv2.warpPerspective(flat, turn, (400, 300)), np.uint8)
    back = straight.cut(picture, corners)
    assert back.shape == (straight.HEIGHT, straight.WIDTH, 3)
    assert back[5:-5, 5:60].mean() < 20
    assert back[5:-5, 100:-5].mean() > 235


def said(text: str, chance: float) -> Reading:
    return Reading({text: chance}, {"yellow": 1.0}, 0.0, np.zeros((4, 2), np.float32))


def test_of_two_rows_the_pair_that_is_clearest_together_is_told_as_its_less_clear_one() -> None:
    one, other = "粤AK9331", "鄂AK9331"
    cuts = [said(other, 0.59), said(one, 0.96), said(other, 0.67), said(one, 0.6), said(one, 0.1)]
    assert _agreed(cuts).texts == {one: 0.6}


def test_one_clear_cut_alone_is_not_agreed_with() -> None:
    cuts = [said("粤AK9331", 0.99), said("鄂AK9331", 0.4), said("鄂AK9331", 0.3)]
    assert _agreed(cuts).texts == {"鄂AK9331": 0.3}
