"""The artist of plates: shapes of its own, cells of GA 36, colours of each type."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwsim.sights import signs
from hwsim.sights.numbers import DIGITS, LETTERS, PROVINCES, Plate, any_plate, random_plate
from hwsim.sights.plate import GROUND, cells, draw
from hwsim.sights.strokes import SHAPES, stroked

CELL = (45, 90)


def _ink(sign: str, *, thin: bool = False) -> np.ndarray:
    return np.asarray(stroked(sign, CELL, (90, 180), thin=thin), np.float64)


def test_every_sign_of_ga_36_has_a_shape() -> None:
    assert {*SHAPES} == {*DIGITS, *LETTERS, "O"}
    for sign in SHAPES:
        assert 0.15 < _ink(sign).mean() / 255 < 0.77, sign


def test_no_two_shapes_are_alike_but_those_of_o_and_0() -> None:
    shapes = {sign: _ink(sign) for sign in SHAPES if sign != "O"}
    assert (_ink("O") == shapes["0"]).all()
    for one, ink in shapes.items():
        for other, over in shapes.items():
            assert one == other or np.abs(ink - over).mean() > 8, (one, other)


def test_a_nine_is_a_six_upside_down() -> None:
    assert np.abs(_ink("9") - _ink("6")[::-1, ::-1]).mean() < 3


@pytest.mark.parametrize("sign", ["1", "H", "T"])
def test_strokes_are_as_wide_as_ga_36_has_them(sign: str) -> None:
    """A level cut where only upright strokes are."""
    row = _ink(sign)[40] > 128
    strokes = np.flatnonzero(np.diff(row.astype(int))).size // 2 or 1
    assert row.sum() / 2 / {"1": 1, "H": 2, "T": 1}[sign] == pytest.approx(10.5, abs=0.8)
    assert strokes <= 2


def test_a_stretched_sign_keeps_its_strokes() -> None:
    wide = np.asarray(stroked("H", (80, 60), (160, 120)))
    assert (wide[20] > 128).sum() / 2 / 2 == pytest.approx(12, abs=0.8)


def test_the_one_of_a_green_plate_has_feet() -> None:
    assert (_ink("1", thin=True)[-3] > 128).sum() > 2 * (_ink("1", thin=True)[90] > 128).sum()


@pytest.mark.parametrize("sign", [*PROVINCES, *"学警港澳挂使领临"])
def test_chinese_signs_fill_their_cell(sign: str) -> None:
    ink = signs.written(sign, CELL)
    assert ink.shape == (360, 180)
    assert 0.2 < ink.mean() / 255 < 0.7
    assert all(edge.any() for edge in (ink[:12], ink[-12:], ink[:, :12], ink[:, -12:]))


def test_without_a_font_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "FONTS", (str(Path("/nowhere.ttc")),))
    with pytest.raises(signs.NoFont, match="fonts-wqy-zenhei"):
        signs.written("京", CELL)


@given(st.integers(0, 2**32))
def test_every_plate_has_a_cell_for_each_sign_within_it(seed: int) -> None:
    plate = random_plate(random.Random(seed))
    laid, (width, height) = cells(plate), plate.size_mm
    assert len(laid) == len(plate.text)
    assert all(one.x >= 10 and one.x + one.width <= width - 5 for one in laid)
    assert all(one.y + one.height <= height for one in laid)


def test_all_types_come_up() -> None:
    dice = random.Random(1)
    plates = [random_plate(dice) for _ in range(400)]
    kinds = {(one.colour, one.kind) for one in plates}
    assert kinds == {
        *((colour, "single-row") for colour in ("blue", "yellow", "white", "black")),
        ("yellow", "double-row"),
        ("green", "new-energy"),
    }
    ends = {one.text[-1] for one in plates}
    assert {*"学警港澳挂使领"} <= ends
    assert any(one.text.startswith("使") for one in plates)
    assert any(one.text.startswith("WJ") for one in plates)


def test_most_that_come_to_a_gate_are_blue_or_green() -> None:
    dice = random.Random(2)
    colours = [any_plate(dice).colour for _ in range(1000)]
    assert 0.65 < (colours.count("blue") + colours.count("green")) / 1000 < 0.9


@pytest.mark.parametrize(
    ("plate", "size"),
    [
        (Plate("京A12345", "blue"), (440, 140)),
        (Plate("京AD12345", "green", "new-energy"), (480, 140)),
        (Plate("京A12345", "yellow", "double-row"), (440, 220)),
    ],
)
def test_a_plate_has_its_size_and_its_ground(plate: Plate, size: tuple[int, int]) -> None:
    for px_per_mm in (0.5, 1.0):
        picture = draw(plate, px_per_mm)
        assert picture.shape == (round(size[1] * px_per_mm), round(size[0] * px_per_mm), 3)
    middle = np.median(draw(plate).reshape(-1, 3), axis=0)
    assert np.abs(middle - GROUND[plate.colour]).max() < 40


def test_what_is_red_on_a_white_plate() -> None:
    def red(plate: Plate) -> float:
        hue = cv2.cvtColor(draw(plate), cv2.COLOR_BGR2HSV)
        strong = (hue[:, :, 1] > 150) & (hue[:, :, 2] > 100)
        return float(strong.mean())

    police, army = Plate("京A1234警", "white"), Plate("AB12345", "white")
    assert red(police) > 0.01
    assert red(army) > 0.02
    assert red(Plate("京A12345", "black")) == 0
