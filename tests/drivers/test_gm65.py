"""The QR reader's driver where time matters, and what it lets out of the box."""

from hashlib import sha256

import pytest

from agent.drivers.base import Listens
from agent.model.messages import Event
from agent.model.time import Stamp
from tests.drivers.wires import build

CODE = b"BK1:6BF%OJ"
ACK = bytes.fromhex("02000001003331")


def at(ms: int) -> Stamp:
    return Stamp("boot", ms * 1_000_000)


def shown(*portions: tuple[int, bytes], idle_ms: int = 400) -> list[bytes]:
    """Codes reported, from (milliseconds, bytes)."""
    driver = build("gm65", idle_ms=idle_ms)
    assert isinstance(driver, Listens)
    events = [event for ms, data in portions for event in driver.heard(data, at(ms))]
    assert all(isinstance(event, Event) for event in events)
    return [event.raw for event in events if isinstance(event, Event)]


def test_a_code_may_come_in_portions() -> None:
    assert shown((0, CODE[:3]), (20, CODE[3:]), (40, b"\r")) == [CODE]


def test_a_code_without_an_end_never_opens_for_the_next_person() -> None:
    assert shown((0, CODE), (5000, b"OTHER\r")) == [b"OTHER"]


def test_nor_is_it_reported_late() -> None:
    assert shown((0, CODE), (5000, b"\r")) == []


def test_silence_is_counted_from_the_last_byte() -> None:
    assert shown((0, b"A"), (350, b"B"), (700, b"\r")) == [b"AB"]
    assert shown((0, b"A"), (350, b"B"), (700, b"\r"), idle_ms=300) == []


def test_a_cut_reply_does_not_spoil_the_code_of_a_later_moment() -> None:
    assert shown((0, ACK[:4]), (2000, CODE + b"\r")) == [CODE]


def test_replies_are_not_codes() -> None:
    assert shown((0, ACK), (10, ACK + CODE + b"\r" + ACK)) == [CODE]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_the_same_code_has_the_same_hash_whatever_ends_it(end: bytes) -> None:
    driver = build("gm65")
    assert isinstance(driver, Listens)
    (event,) = driver.heard(CODE + end, at(0))
    assert isinstance(event, Event)
    assert event.data == {"code_sha256": sha256(CODE).hexdigest(), "length": len(CODE)}


def test_what_was_shown_is_not_printed() -> None:
    driver = build("gm65")
    assert isinstance(driver, Listens)
    (event,) = driver.heard(CODE + b"\r", at(0))
    assert "BK1" not in repr(event)


@pytest.mark.parametrize("step", [1, 7, 100, 10_000])
def test_a_code_that_is_too_long_is_dropped_whole(step: int) -> None:
    said = b"x" * 2000 + b"\r" + CODE + b"\r"
    portions = [(at // 100, said[at : at + step]) for at in range(0, len(said), step)]
    assert shown(*portions) == [CODE]


@pytest.mark.parametrize("size", [511, 512])
def test_the_longest_code_is_taken(size: int) -> None:
    assert shown((0, b"x" * size + b"\r")) == [b"x" * size]
    assert shown(*((0, b"x") for _ in range(size)), (0, b"\r")) == [b"x" * size]


@pytest.mark.parametrize("step", [1, 513, 1000])
def test_one_byte_more_is_not(step: int) -> None:
    said = b"x" * 513 + b"\r"
    assert shown(*((0, said[at : at + step]) for at in range(0, len(said), step))) == []
