"""A picture comes from a file as a person sees it, or is refused before it costs anything."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from agent.vision import pictures
from agent.vision.pictures import Picture, Unreadable
from tests.vision import files
from tests.vision.files import BLUE, GREEN, RED, WHITE

# EXIF 2.32, 4.6.5: where the first row and the first column of what is stored belong
TURNED = {
    1: (RED, GREEN, WHITE, BLUE),
    2: (GREEN, RED, BLUE, WHITE),
    3: (WHITE, BLUE, RED, GREEN),
    4: (BLUE, WHITE, GREEN, RED),
    5: (RED, BLUE, WHITE, GREEN),
    6: (BLUE, RED, GREEN, WHITE),
    7: (WHITE, GREEN, RED, BLUE),
    8: (GREEN, WHITE, BLUE, RED),
}
MEMORY = """
import sys
from pathlib import Path
from agent.vision import pictures
try:
    pictures.from_bytes(sys.stdin.buffer.read())
except pictures.Unreadable:
    lines = Path("/proc/self/status").read_text().splitlines()  # getrusage tells of our parent
    print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""


def _corners(picture: Picture) -> list[tuple[int, ...]]:
    """The quarters, clockwise from the top left, as pure colours."""
    high, wide = picture.shape[:2]
    places = ((5, 5), (5, wide - 6), (high - 6, wide - 6), (high - 6, 5))
    return [tuple(255 * int(value > 127) for value in picture[y, x]) for y, x in places]


@pytest.mark.parametrize("orientation", TURNED)
def test_a_photo_is_turned_as_its_exif_says(orientation: int) -> None:
    picture = pictures.from_bytes(files.turned_jpeg(orientation))
    assert picture.shape == ((40, 60, 3) if orientation <= 4 else (60, 40, 3))
    assert _corners(picture) == list(TURNED[orientation])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".gif", ".webp", ".bmp", ".tif", ".ppm"])
def test_usual_formats_give_the_same_picture(suffix: str) -> None:
    picture = pictures.from_bytes(files.as_file(files.quarters(), suffix))
    assert picture.dtype == np.uint8
    assert _corners(picture) == list(files.QUARTERS)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bits_grey_and_alpha_become_blue_green_red(suffix: str) -> None:
    colours = files.quarters()
    deep = colours.astype(np.uint16) * 257
    clear = np.dstack([colours, np.full((40, 60), 128, np.uint8)])
    for each in (deep, clear):
        assert _corners(pictures.from_bytes(files.as_file(each, suffix))) == list(files.QUARTERS)
    grey = pictures.from_bytes(files.as_file(np.full((8, 8), 77, np.uint8), suffix))
    assert grey.shape == (8, 8, 3)
    assert np.unique(grey).tolist() == [77]


def test_a_palette_is_looked_up() -> None:
    picture = pictures.from_bytes(files.palette_png())
    assert picture.tolist() == [[list(RED), list(GREEN)]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture at all\n" * 20,
        files.as_file(files.quarters(), ".png")[:50],
        files.as_file(files.quarters(), ".jpg")[:100],
        files.promising_png(60_000, 60_000, 10),
        files.promising_png(20_000, 20_000, 10),
    ],
    ids=["empty", "text", "cut-png", "cut-jpeg", "promises-much", "promises-too-much"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        pictures.from_bytes(data)


def test_a_picture_that_is_too_large_is_refused_before_it_is_unpacked() -> None:
    told = subprocess.run(  # of its own: OpenCV asks for its limit once in a process
        [sys.executable, "-c", MEMORY],
        input=files.promising_png(16_000, 8_000, 8_000),
        capture_output=True,
        check=True,
    )
    assert int(told.stdout) < 200 * 1024  # kilobytes; unpacked it would be 384 MB


def test_a_file_that_cannot_be_opened_is_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.jpg"):
        with pytest.raises(Unreadable):
            pictures.from_file(path)
