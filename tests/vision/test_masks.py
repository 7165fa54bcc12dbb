"""Polygons in fractions: what is hidden, and where is looked."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.cameras.masks import Masks, Region

fraction = st.floats(0, 1)
polygons = st.lists(st.tuples(fraction, fraction), min_size=3, max_size=6).map(tuple)
sizes = st.tuples(st.integers(1, 200), st.integers(1, 200))
HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


def test_the_same_part_whatever_the_size() -> None:
    masks = Masks([HALF])
    for width, height in ((160, 90), (1920, 1080), (101, 7)):
        for shape in ((height, width), (height, width, 3)):
            picture = np.full(shape, 255, np.uint8)
            masks.burn(picture)
            assert not picture[:, : width // 2 + 1].any()
            assert picture[:, width // 2 + 3 :].all()


@given(polygons, sizes)
def test_any_polygon_hides_its_corners_and_fits_any_picture(
    polygon: tuple[tuple[float, float], ...], size: tuple[int, int]
) -> None:
    width, height = size
    picture = np.full((height, width), 255, np.uint8)
    Masks([polygon]).burn(picture)
    for x, y in polygon:
        assert picture[min(height - 1, int(y * height)), min(width - 1, int(x * width))] == 0


@given(polygons, sizes)
def test_a_regions_box_holds_its_stencil(
    polygon: tuple[tuple[float, float], ...], size: tuple[int, int]
) -> None:
    width, height = size
    region = Region(polygon)
    left, top, right, bottom = region.box(width, height)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    stencil = region.stencil(width, height)
    assert stencil.shape == (height, width)
    ys, xs = np.nonzero(stencil)
    assert all(left <= x <= right for x in xs)
    assert all(top <= y <= bottom for y in ys)


def test_everywhere() -> None:
    region = Region(())
    assert region.holds(2, -1)
    assert region.box(30, 20) == (0, 0, 30, 20)
    assert region.stencil(30, 20).all()


def test_inside_and_outside() -> None:
    region = Region(HALF)
    assert region.holds(0.2, 0.5)
    assert region.holds(0.5, 0.5)
    assert not region.holds(0.6, 0.5)


def test_a_camera_that_changes_its_size_for_ever_costs_no_memory() -> None:
    masks = Masks([HALF])
    for width in range(10, 60):
        masks.burn(np.zeros((10, width), np.uint8))
    assert len(masks._sized) <= 8
