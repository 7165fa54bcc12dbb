"""Codes are read as they are, whatever they hold, and nothing is read where nothing is."""

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest
import segno
from cv2.typing import MatLike
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.vision.codes.grid import Net, decoded
from agent.vision.codes.reader import PHOTO_S, CodeReader
from agent.vision.codes.symbols import scan
from agent.vision.pictures import Picture
from hwsim.sights import phones

PAYLOADS = [
    b"\xff\xfe\x80\x00\x01 no text",
    b"'; DROP TABLE grants; --",
    b"<script>alert(1)</script>",
    b"\x1b[2J\x1b]0;owned\x07",
    "门禁 大钥匙".encode(),
    bytes(range(256)),
    b"x" * 1200,
]


def code(payload: bytes, px: int = 4, error: str = "m") -> Picture:
    text: str | bytes = payload
    matrix = segno.make_qr(text, error=error, mode="byte").matrix
    small = np.asarray([[0 if dark else 255 for dark in row] for row in matrix], np.uint8)
    framed = cv2.copyMakeBorder(small, 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(
        cv2.resize(framed, None, fx=px, fy=px, interpolation=cv2.INTER_NEAREST), np.uint8
    )


def read(picture: MatLike, budget_s: float = 5.0) -> list[bytes]:
    found = CodeReader(budget_s).read(np.asarray(picture, np.uint8))
    return [one.payload for one in found]


@pytest.mark.parametrize("payload", PAYLOADS, ids=[str(n) for n in range(len(PAYLOADS))])
def test_any_bytes_come_back_as_they_are(payload: bytes) -> None:
    (found,) = CodeReader(5.0).read(code(payload))
    assert found.payload == payload


@given(st.binary(min_size=1, max_size=120))
@settings(max_examples=40, deadline=None)
def test_drawn_bytes_come_back(payload: bytes) -> None:
    assert read(code(payload)) == [payload]


def test_the_largest_code_is_read() -> None:
    assert read(code(b"z" * 2900, px=3, error="l")) == [b"z" * 2900]


def test_corners_are_in_order_and_where_the_code_is() -> None:
    picture = code(b"corner", px=8)
    (found,) = CodeReader(5.0).read(picture)
    low, high = 6 * 8, picture.shape[0] - 6 * 8
    wanted = [(low, low), (high, low), (high, high), (low, high)]
    assert np.abs(np.asarray(found.corners) - wanted).max() <= 8


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_the_first_corner_turns_with_the_code(quarter: int) -> None:
    picture = np.ascontiguousarray(np.rot90(code(b"corner", px=8), quarter))
    (found,) = CodeReader(5.0).read(picture)
    middle = picture.shape[0] / 2
    x, y = found.corners[0]
    assert (x < middle, y < middle) == {1: (True, False), 2: (False, False), 3: (False, True)}[
        quarter
    ]


@pytest.mark.parametrize(
    "shape", [(0, 0, 3), (1, 1), (1, 1, 3), (3, 2000, 3), (2000, 3), (9, 9, 3), (3000, 4000, 3)]
)
def test_odd_shapes_give_nothing_and_raise_nothing(shape: tuple[int, ...]) -> None:
    assert read(np.zeros(shape, np.uint8), PHOTO_S) == []


def test_nothing_is_read_where_nothing_is() -> None:
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 256, (480, 640, 3), np.uint8)
    stripes = np.tile(np.repeat(np.asarray([0, 255], np.uint8), 6), (480, 60)).astype(np.uint8)
    checks = np.kron(rng.integers(0, 2, (60, 80)), np.ones((8, 8))).astype(np.uint8) * 255
    for picture in (noise, stripes, checks):
        assert read(picture, 1.0) == []


def bent(picture: Picture, by: float) -> Picture:
    """As cloth bends: a slow wave in both directions."""
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    across = xs + by * np.sin(ys / height * 5.0)
    down = ys + by * np.sin(xs / width * 4.0 + 1)
    return np.asarray(
        cv2.remap(picture, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR,
                  borderValue=255), np.uint8
    )  # fmt: skip


def test_bent_codes_are_read_that_the_first_look_only_sees() -> None:
    more = 0
    for number in range(8):
        picture = bent(code(f"BENT:{number:032d}".encode(), px=6), 4.0 + 0.4 * number)
        plain = any(one.payload for one in scan(picture))
        ours = read(picture)
        assert ours in ([], [f"BENT:{number:032d}".encode()])
        more += bool(ours) and not plain
    assert more >= 2


def test_a_net_reads_a_flat_code_alone() -> None:
    picture = code(b"FLAT", px=5)
    low, high = 6 * 5.0, picture.shape[0] - 6 * 5.0
    corners = ((low, low), (high, low), (high, high), (low, high))
    symbol = decoded(Net().strengths(picture, corners, 21), corners)
    assert symbol is not None
    assert symbol.payload == b"FLAT"


def test_dark_screens_are_read() -> None:
    shot = phones.Shot(px_per_module=5, dark_mode=True, grain=5)
    frame = phones.phone_frame(b"BK1:DARK", shot)
    assert read(frame) == [b"BK1:DARK"]


def test_most_phones_are_read_and_none_wrongly() -> None:
    dice, right = random.Random(11), 0
    for _ in range(12):
        payload = phones.any_payload(dice)
        shot = replace(phones.any_shot(dice), px_per_module=3.4, glare=0.0, motion=0.5)
        found = read(phones.phone_frame(payload, shot))
        assert found in ([], [payload])
        right += found == [payload]
    assert right >= 9
