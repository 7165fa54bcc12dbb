"""Codes that zxing-cpp does not even see: found by likeness, read with what all codes show."""

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.vision.codes import equal, layout, soft
from agent.vision.codes.equal import equalised
from agent.vision.codes.finders import finders
from agent.vision.codes.grid import Strengths, corrected
from agent.vision.codes.moire import without_moire
from agent.vision.codes.plane import ALIKE, followed, planes, refined
from agent.vision.codes.reader import CodeReader
from agent.vision.codes.solomon import EXP, LOG
from agent.vision.codes.solomon import corrected as corrected_word
from agent.vision.codes.symbols import scan
from agent.vision.pictures import Picture
from hwsim.sights import phones
from hwsim.sights.codes import Code, modules
from tests.vision.test_codes import code

PAYLOAD = b"BK1:" + b"A0Z" * 40
HARD = phones.Shot(
    px_per_module=3.2, tilt=24, axis=70, moire=0.3, moire_period=9, defocus=1.2, motion=1.5, grain=7
)


def frame(shot: phones.Shot) -> Picture:
    return np.asarray(phones.phone_frame(PAYLOAD, shot), np.uint8)


def dark(version: int, level: str) -> layout.Modules:
    made = segno.make("LINLI 1", version=version, error=level, boost_error=False, micro=False)
    return np.asarray([[bool(one) for one in row] for row in made.matrix])


def seen(modules: layout.Modules, noise: float, seed: int) -> Strengths:
    rng = np.random.default_rng(seed)
    return np.asarray(np.where(modules, -1, 1) + rng.normal(0, noise, modules.shape), np.float32)


@pytest.mark.parametrize("level", "LMQH")
@pytest.mark.parametrize("version", range(1, layout.LAST + 1))
def test_layouts_are_those_of_the_standard(version: int, level: str) -> None:
    modules = dark(version, level)
    there, shown = layout.fixed(version)
    assert (modules[there] == shown[there]).all()
    whole = soft.repaired(seen(modules, 0.0, 1))
    assert whole is not None
    assert (whole == modules).all()


def test_unclear_modules_are_put_right_further_than_bits_could_be() -> None:
    modules = dark(6, "M")
    pictures = [seen(modules, 0.46, seed) for seed in range(8)]
    read = [whole for one in pictures if (whole := soft.repaired(one)) is not None]
    assert len(read) >= 4
    assert all((whole == modules).all() for whole in read)
    plain = [one for one in pictures if any(symbol.payload for symbol in scan(_large(one < 0)))]
    assert len(plain) < len(read)


def _large(modules: layout.Modules) -> Picture:
    bits = np.pad(np.where(modules, 0, 255).astype(np.uint8), 4, constant_values=255)
    return np.kron(bits, np.ones((4, 4), np.uint8))


def test_noise_is_never_put_right() -> None:
    rng = np.random.default_rng(5)
    for side in (21, 25, 33):
        for _ in range(8):
            assert soft.repaired(rng.normal(0, 1, (side, side)).astype(np.float32)) is None


@pytest.mark.parametrize("side", [0, 5, 20, 61, 177])
def test_other_sizes_are_no_codes(side: int) -> None:
    assert soft.repaired(np.ones((side, side), np.float32)) is None


def product(a: int, b: int) -> int:
    return EXP[LOG[a] + LOG[b]] if a and b else 0


def codeword(data: list[int], parity: int) -> list[int]:
    """By long division, as the standard makes it."""
    generator = [1]
    for power in range(parity):
        raised = [*generator, 0]
        for at, each in enumerate(generator):
            raised[at + 1] ^= product(each, EXP[power])
        generator = raised
    rest = [*data, *[0] * parity]
    for at in range(len(data)):
        factor = rest[at]
        for step, each in enumerate(generator):
            rest[at + step] ^= product(each, factor)
    return [*data, *rest[len(data) :]]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_errors_and_missing_words_are_put_right(data: st.DataObject) -> None:
    parity = data.draw(st.sampled_from([7, 10, 16, 22, 30]))
    word = codeword(data.draw(st.lists(st.integers(0, 255), min_size=5, max_size=80)), parity)
    missing = data.draw(st.integers(0, parity))
    wrong = data.draw(st.integers(0, (parity - missing) // 2))
    places = random.Random(parity).sample(range(len(word)), min(len(word), missing + wrong))
    broken = list(word)
    for at in places:
        broken[at] ^= data.draw(st.integers(1, 255))
    assert corrected_word(broken, parity, places[:missing]) == word


@pytest.mark.parametrize("dark_mode", [False, True])
def test_what_is_only_alike_is_found_and_read(*, dark_mode: bool) -> None:
    shot = replace(HARD, dark_mode=dark_mode)
    grey = np.asarray(cv2.cvtColor(frame(shot), cv2.COLOR_BGR2GRAY), np.uint8)
    truth = phones.corners(PAYLOAD, shot)
    left, top = (int(one) for one in truth.min(0) - 30)
    right, low = (int(one) for one in truth.max(0) + 30)
    part = np.ascontiguousarray(grey[top:low, left:right])
    assert not any(one.payload for one in scan(part))
    patterns = finders(part)
    assert patterns[0].bright == dark_mode
    upright = np.asarray(255 - part if dark_mode else part, np.uint8)
    plane = planes(upright, patterns)[0]
    assert np.abs(np.add(plane.corners, (left, top)) - truth).max() < shot.px_per_module
    symbol = corrected(equalised(upright, plane.corners, plane.version), plane.corners)
    assert symbol is not None
    assert symbol.payload == PAYLOAD


@pytest.mark.parametrize("period", [4.0, 6.0, 9.0])
def test_a_grating_is_taken_out(period: float) -> None:
    clean = replace(HARD, moire=0.0, motion=0.0, contrast=0.6, exposure=0.7)
    plain, spoilt = (part_of(replace(clean, moire=far, moire_period=period)) for far in (0, 0.3))
    better = without_moire(spoilt)
    assert unlike(better, plain) < 0.7 * unlike(spoilt, plain)


@pytest.mark.parametrize("grain", range(8))
def test_without_a_grating_little_is_changed(grain: int) -> None:
    part = part_of(replace(HARD, moire=0.0, px_per_module=2 + grain / 2, grain=grain))
    assert unlike(without_moire(part), part) < 0.03


@pytest.mark.parametrize("shape", [(10, 10), (11, 97), (331, 257)])
def test_noise_even_and_odd_sizes_keep_their_size(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    for part in (np.full(shape, 90, np.uint8), rng.integers(0, 256, shape, np.uint8)):
        assert without_moire(part).shape == shape


def part_of(shot: phones.Shot) -> Picture:
    """The code's surroundings, the same for shots that differ in light alone."""
    grey = cv2.cvtColor(frame(shot), cv2.COLOR_BGR2GRAY)
    truth = phones.corners(PAYLOAD, shot)
    left, top = (int(one) for one in truth.min(0) - 20)
    right, low = (int(one) for one in truth.max(0) + 20)
    return np.ascontiguousarray(grey[top:low, left:right], np.uint8)


def unlike(one: Picture, other: Picture) -> float:
    """Apart from light and contrast."""
    return 1 - float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("roll", [-3.0, 3.0])
def test_a_code_is_followed(roll: float) -> None:
    now = replace(HARD, moire=0.0)
    before = phones.corners(PAYLOAD, replace(now, roll=now.roll + roll))
    module = now.px_per_module
    a, b, c, d = np.add(before, (2.3 * module, -1.8 * module)).tolist()
    grey = np.asarray(cv2.cvtColor(frame(now), cv2.COLOR_BGR2GRAY), np.uint8)
    version = (len(modules(Code(PAYLOAD), "l")) - 17) // 4
    plane = followed(grey, (tuple(a), tuple(b), tuple(c), tuple(d)), version)
    assert plane.alike > ALIKE
    assert np.abs(np.subtract(plane.corners, phones.corners(PAYLOAD, now))).max() < module


def test_what_is_seen_and_not_read_has_its_place_in_the_picture() -> None:
    reader = CodeReader(5.0)
    shot = replace(HARD, px_per_module=2.6, defocus=1.9, noise=10, moire=0.0)
    assert reader.read(frame(shot)) == []
    truth = phones.corners(PAYLOAD, shot)
    assert any(np.abs(np.subtract(one.corners, truth)).max() < 6 for one in reader.attempts)


def test_light_that_spills_between_modules_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    shot = replace(HARD, px_per_module=2.5, defocus=1.6, noise=6, moire=0.0, motion=0.0)
    grey = np.asarray(cv2.cvtColor(frame(shot), cv2.COLOR_BGR2GRAY), np.uint8)
    a, b, c, d = phones.corners(PAYLOAD, shot).tolist()
    bits = modules(Code(PAYLOAD), "m" if len(PAYLOAD) % 2 else "l") > 0
    version = (len(bits) - 17) // 4

    def wrong() -> float:
        seen = equalised(grey, (tuple(a), tuple(b), tuple(c), tuple(d)), version)
        return float(((seen > 0) != bits).mean())

    with_it = wrong()
    monkeypatch.setattr(equal, "ROUNDS", 0)
    assert 0 < with_it < 0.85 * wrong()


def test_corners_are_moved_to_where_the_code_is() -> None:
    sharp = code(b"CORNER" * 6, px=4)
    picture = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 1.5), np.uint8)
    low, high = 23.5, picture.shape[0] - 24.5
    truth = [(low, low), (high, low), (high, high), (low, high)]
    moved = np.add(truth, [[3, -2], [-2, 3], [4, 1], [-3, -3]])
    a, b, c, d = moved.tolist()
    plane = refined(picture, (tuple(a), tuple(b), tuple(c), tuple(d)), 3)
    away, before = (np.abs(np.subtract(one, truth)).mean() for one in (plane.corners, moved))
    assert away < 0.7 * before


@pytest.mark.parametrize("dark_mode", [False, True])
def test_the_reader_does_all_this(*, dark_mode: bool) -> None:
    shot = replace(HARD, dark_mode=dark_mode)
    (found,) = CodeReader(5.0).read(frame(shot))
    assert found.payload == PAYLOAD
    assert np.abs(np.asarray(found.corners) - phones.corners(PAYLOAD, shot)).max() < 6


def test_even_and_noisy_parts_have_no_plane() -> None:
    rng = np.random.default_rng(2)
    noise = rng.integers(0, 256, (200, 220), np.uint8)
    for part in (np.full((200, 220), 90, np.uint8), noise, noise[:20], noise[:, :12]):
        assert planes(part, finders(part)) == []


def test_corners_in_a_line_are_no_plane_and_no_error() -> None:
    line = ((10.0, 10.0), (60.0, 60.0), (110.0, 110.0), (60.0, 60.0))
    assert refined(np.full((120, 120), 90, np.uint8), line, 2).alike < 0.3
