"""Corners and text on a copy: the original stays, and no payload speaks to the picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.vision import draw, pictures
from agent.vision.found import Corners, FoundCode, FoundPlate
from agent.vision.pictures import Picture

QUAD: Corners = ((100, 200), (300, 200), (300, 260), (100, 260))


def _plate(text: str | None = "湘A12345", *, unsure: bool = False) -> FoundPlate:
    return FoundPlate(text, "blue", "single-row", 0.9, QUAD, unsure=unsure)


def _grey() -> Picture:
    return np.full((480, 640, 3), 90, np.uint8)


def _inked(picture: Picture, ink: draw.Ink) -> int:
    return int((picture == np.array(ink)).all(axis=2).sum())


def test_the_original_is_left_alone() -> None:
    picture = _grey()
    drawn = draw.draw(picture, [_plate()])
    assert np.unique(picture).tolist() == [90]
    assert drawn.shape == picture.shape
    ink = draw.PLATE_INKS["blue"]
    assert _inked(drawn[195:206], ink) > 150
    assert not (drawn[300:] != 90).any()


def test_who_is_unsure_draws_a_broken_line() -> None:
    ink, edge = draw.PLATE_INKS["blue"], slice(255, 266)
    whole = _inked(draw.draw(_grey(), [_plate()])[edge], ink)
    for doubtful in (_plate(unsure=True), _plate(None)):
        assert 0 < _inked(draw.draw(_grey(), [doubtful])[edge], ink) < 0.8 * whole


def test_a_small_picture_is_enlarged_with_its_corners() -> None:
    corners: Corners = ((2, 2), (90, 2), (90, 22), (2, 22))
    plate = FoundPlate("湘A12345", "green", "new-energy", 1.0, corners)
    drawn = draw.draw(np.full((24, 94), 200, np.uint8), [plate])
    assert drawn.shape == (96, 376, 3)
    assert _inked(drawn[:, 356:365], draw.PLATE_INKS["green"]) > 50


def test_chinese_is_drawn_and_not_replaced() -> None:
    provinces = [draw.draw(_grey(), [_plate(f"{each}A12345")]) for each in "湘粤?"]
    assert len({each.tobytes() for each in provinces}) == 3


@given(payload=st.binary(max_size=3000))
def test_of_a_code_only_printable_ascii_is_shown(payload: bytes) -> None:
    label = draw.code_label(FoundCode(payload, QUAD))
    assert label.startswith(f"{len(payload)} B ")
    assert label.replace("…", "").isascii()
    assert label.isprintable()
    assert len(label) < 60


@settings(max_examples=30)
@given(
    points=st.lists(
        st.tuples(*[st.floats(-1e9, 1e9, allow_nan=False) | st.integers(-5, 700).map(float)] * 2),
        min_size=4,
        max_size=4,
    ),
    width=st.sampled_from([1, 7, 640]),
)
def test_corners_anywhere_can_be_drawn(points: list[tuple[float, float]], width: int) -> None:
    corners: Corners = (points[0], points[1], points[2], points[3])
    plate = FoundPlate("粤B1234学", "yellow", "single-row", 0.5, corners, unsure=True)
    drawn = draw.draw(np.zeros((11, width, 3), np.uint8), [plate], [FoundCode(b"x", corners)])
    assert drawn.ndim == 3


@pytest.mark.parametrize(("width", "expected"), [(320, (240, 320)), (9999, (480, 640))])
def test_a_preview_is_no_wider_than_asked(width: int, expected: tuple[int, int]) -> None:
    assert pictures.from_bytes(draw.small(_grey(), width)).shape[:2] == expected
