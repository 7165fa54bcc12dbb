"""What every codec promises, over all of them."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.drivers.codecs.base import NOISE, Bad, Direction, Got
from agent.drivers.codecs.register import PROTOCOLS
from tests.drivers import properties
from tests.drivers.mutants import cards
from tests.drivers.universe import CHECKED, real
from tests.drivers.vectors import accepted

CODECS = real()
NAMES = sorted(PROTOCOLS)
DIRECTIONS = (None, Direction.HOST, Direction.DEVICE)
every = pytest.mark.parametrize("name", NAMES)
streamed = pytest.mark.parametrize("name", [n for n in NAMES if not cards()[n].whole])
noises = st.binary(max_size=80)


def heads(name: str) -> st.SearchStrategy[bytes]:
    """Noise that looks like the protocol: pieces of real frames among random bytes."""
    frames = [case.hex for case in accepted(name)]
    pieces = st.sampled_from(frames).flatmap(
        lambda f: st.slices(len(f)).map(lambda cut: f[cut.start : cut.stop])
    )
    return st.lists(pieces | st.binary(max_size=6), max_size=8).map(b"".join)


def test_the_names_are_published() -> None:
    assert set(PROTOCOLS) >= {
        "yaohua_cont", "scale_line", "modbus", "gm65", "bcc8a", "lcus", "jsonl"
    }  # fmt: skip


def test_every_protocol_has_its_faults() -> None:
    assert set(cards()) == set(NAMES)


@every
def test_all_cases_are_told_right(name: str) -> None:
    properties.told_right(CODECS, name)


@pytest.mark.parametrize("name", [*sorted(CHECKED), "gm65"])
def test_one_flipped_bit_is_never_believed(name: str) -> None:
    properties.no_flip_believed(CODECS, name)


@every
def test_the_beginning_of_a_frame_is_truncated(name: str) -> None:
    properties.cut_is_truncated(CODECS, name)


@every
def test_all_cases_in_any_portions_give_the_same(name: str) -> None:
    properties.any_chop(CODECS, name)


@every
def test_drivers_hear_what_decode_tells(name: str) -> None:
    properties.heard_right(CODECS, name)


@every
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_judged_to_their_end(name: str, data: st.DataObject) -> None:
    capture = data.draw(noises | heads(name))
    for direction in DIRECTIONS:
        told = CODECS.verdicts(name, capture, direction)
        assert bool(told) == bool(capture)


@every
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_take_says_how_far_it_looked(name: str, data: st.DataObject) -> None:
    capture = data.draw(noises.filter(bool) | heads(name).filter(bool))
    taken = PROTOCOLS[name].take(capture, data.draw(st.sampled_from(DIRECTIONS)))
    if isinstance(taken, Got):
        assert 1 <= taken.used <= len(capture)
    elif isinstance(taken, Bad):
        assert taken is NOISE or taken.used >= 1


def _two_frames_begin(name: str, capture: bytes) -> bool:
    """Somewhere in it a frame that holds is the beginning of a longer one that holds as well."""
    for at in range(len(capture)):
        ends = range(at + 1, len(capture) + 1)
        taken = (PROTOCOLS[name].take(capture[at:end], None) for end in ends)
        if len({one.used for one in taken if isinstance(one, Got)}) > 1:
            return True
    return False


@pytest.mark.parametrize(
    "name", [n for n in NAMES if not cards()[n].whole and not cards()[n].bounded]
)
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_portions_give_the_same(name: str, data: st.DataObject) -> None:
    capture = data.draw(heads(name))
    assume(not (cards()[name].grows and _two_frames_begin(name, capture)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(capture)), max_size=12)))
    chopped = [capture[a:b] for a, b in zip([0, *cuts], [*cuts, len(capture)], strict=True)]
    whole = properties.feed(CODECS, name, [capture])
    assert properties.feed(CODECS, name, chopped) == whole


@pytest.mark.parametrize("name", [n for n, card in cards().items() if card.finds_feet])
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_it_finds_its_feet_after_noise(name: str, data: st.DataObject) -> None:
    properties.found_behind(CODECS, name, data.draw(noises))


@streamed
def test_buffers_stay_small_whatever_comes(name: str) -> None:
    feeder = CODECS.feeder(name)
    for junk in (b"\x02\x00\x00\xff", b"{", b"\x01\x03\xfa", b"ST,", b"\x00"):
        for _ in range(200):
            feeder.feed(junk * 64)
            kept = [v for v in vars(feeder).values() if isinstance(v, bytes)]
            assert kept
            assert max(map(len, kept)) <= 2 * PROTOCOLS[name].most
