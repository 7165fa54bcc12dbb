"""SNTP against packets that are laid out by hand from RFC 4330, section 4."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clock.sntp import Question, answered
from agent.clock.sources import Sample
from tests.clock.held import T

MS = 1_000_000
COOKIE = 0x0123456789ABCDEF
QUESTION = Question(COOKIE)


def ntp(utc_ns: int) -> int:
    """Seconds since 1900 and a fraction of 2^32, the second era included."""
    seconds, rest = divmod(utc_ns, 10**9)
    return (seconds + 2_208_988_800) % 2**32 << 32 | (rest << 32) // 10**9


def packet(
    *,
    leap: int = 0,
    mode: int = 4,
    stratum: int = 2,
    delay: float = 0,
    dispersion: float = 0,
    originate: int = COOKIE,
    received: int = T,
    sent: int = T,
) -> bytes:
    head = bytes([leap << 6 | 4 << 3 | mode, stratum, 6, 0xEC])
    root = struct.pack(">II", int(delay * 65536), int(dispersion * 65536)) + b"LOCL"
    return head + root + struct.pack(">4Q", 0, originate, ntp(received), ntp(sent) if sent else 0)


def test_a_question_is_48_bytes_of_version_4_mode_3() -> None:
    assert QUESTION.pack() == bytes([0x23]) + bytes(39) + COOKIE.to_bytes(8, "big")


def test_half_of_the_way_is_added() -> None:
    sample = answered(QUESTION, packet(received=T, sent=T + 4 * MS), 10 * MS)
    assert sample is not None
    assert abs(sample.utc_ns - (T + 7 * MS)) < 1000
    assert abs(sample.error_ns - 3 * MS) < 1000


def test_the_roots_distance_is_part_of_the_error() -> None:
    sample = answered(QUESTION, packet(delay=0.25, dispersion=0.5), 0)
    assert sample is not None
    assert sample.error_ns == 625 * MS


def test_the_era_that_begins_in_2036() -> None:
    later = 2_100_000_000 * 10**9  # July 2036
    sample = answered(QUESTION, packet(received=later, sent=later), 0)
    assert sample == Sample(later, 0)


@pytest.mark.parametrize(
    "data",
    [
        packet(originate=COOKIE + 1),
        packet(mode=3),
        packet(mode=5),
        packet(leap=3),
        packet(stratum=0),  # kiss-o'-death
        packet(stratum=16),
        packet(delay=32),
        packet(dispersion=16),
        packet(sent=0),
        packet()[:47],
        b"",
    ],
)
def test_what_is_not_believed(data: bytes) -> None:
    assert answered(QUESTION, data, MS) is None


def test_what_follows_is_not_ours() -> None:
    assert answered(QUESTION, packet() + b"key", 0) is not None


@given(st.binary(max_size=60), st.integers(0, 10**10))
def test_nothing_raises(data: bytes, took_ns: int) -> None:
    answered(QUESTION, data, took_ns)
