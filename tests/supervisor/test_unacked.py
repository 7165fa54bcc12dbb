"""A worker's mail: in order, within its credit, again to a new core, and bounded."""

from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.supervisor.unacked import MOST_WAITING, RESERVE, Unacked


class Wire:
    """Takes frames, or none while it is ``full``."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.full = False

    def send(self, frame: bytes) -> bool:
        if not self.full:
            self.sent.append(frame)
        return not self.full


def _frame(kind: str) -> Callable[[int], bytes]:
    return lambda number: f"{kind}{number}".encode()


def _put(mail: Unacked, *kinds: str) -> None:
    for kind in kinds:
        mail.put(_frame(kind), urgent=kind == "u")


def test_ids_rise_and_frames_leave_at_once() -> None:
    wire = Wire()
    mail = Unacked(wire.send)
    _put(mail, "b", "u", "b")
    assert wire.sent == [b"b1", b"u2", b"b3"]
    assert len(mail) == 3
    mail.acked([1, 3, 3, 99])
    assert len(mail) == 1


def test_bulk_waits_for_credit_and_an_alarm_does_not() -> None:
    wire = Wire()
    mail = Unacked(wire.send, window=2)
    _put(mail, "b", "b", "b", "u")
    assert wire.sent == [b"b1", b"b2", b"u4"]
    mail.acked([1])
    assert wire.sent[3:] == []  # the alarm holds a place as well
    mail.acked([2])
    assert wire.sent[3:] == [b"b3"]


def test_alarms_have_a_reserve_and_no_more() -> None:
    wire = Wire()
    mail = Unacked(wire.send, window=2)
    _put(mail, "b", "b", *("u" * (RESERVE + 5)))
    assert len(wire.sent) == 2 + RESERVE
    mail.acked([1, 2])
    assert len(wire.sent) == 4 + RESERVE


def test_what_a_full_wire_did_not_take_follows_in_order_alarms_first() -> None:
    wire = Wire()
    mail = Unacked(wire.send)
    wire.full = True
    _put(mail, "b", "u", "b", "u")
    assert wire.sent == []
    wire.full = False
    mail.flow()
    assert wire.sent == [b"u2", b"u4", b"b1", b"b3"]


def test_a_new_core_gets_again_what_the_last_one_did_not_acknowledge() -> None:
    wire = Wire()
    mail = Unacked(wire.send, window=2)
    _put(mail, "b", "b", "b")
    mail.acked([1])
    wire.sent.clear()
    mail.again()
    assert wire.sent == [b"b2", b"b3"]
    wire.full = True
    mail.again()
    assert len(mail) == 2


def test_what_cannot_be_written_is_not_taken() -> None:
    wire = Wire()
    mail = Unacked(wire.send)

    def unwritable(_: int) -> bytes:
        raise TypeError("no JSON")

    with pytest.raises(TypeError):
        mail.put(unwritable, urgent=True)
    _put(mail, "b")
    assert (wire.sent, len(mail)) == ([b"b1"], 1)


def test_over_the_bound_the_oldest_goes_of_each_kind() -> None:
    wire = Wire()
    wire.full = True
    mail = Unacked(wire.send, window=10 * MOST_WAITING)
    _put(mail, *("b" * (MOST_WAITING + 3)), *("u" * (MOST_WAITING + 2)))
    assert (len(mail), mail.dropped) == (2 * MOST_WAITING, 5)
    wire.full = False
    mail.flow()
    assert wire.sent[0] == f"u{MOST_WAITING + 6}".encode()
    assert wire.sent[MOST_WAITING] == b"b4"


class Lives(RuleBasedStateMachine):
    """Whatever wire and core do: nothing is forgotten before it is acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.wire = Wire()
        self.mail = Unacked(self.wire.send, window=3)
        self.given = 0
        self.acked: set[int] = set()

    @rule(urgent=st.booleans())
    def put(self, *, urgent: bool) -> None:
        self.given += 1
        self.mail.put(_frame(""), urgent=urgent)

    @rule(full=st.booleans())
    def fills(self, *, full: bool) -> None:
        self.wire.full = full
        self.mail.flow()

    @precondition(lambda self: self.wire.sent)
    @rule(place=st.integers(0, 99))
    def acknowledges(self, place: int) -> None:
        number = int(self.wire.sent[place % len(self.wire.sent)])
        self.acked.add(number)
        self.mail.acked([number])

    @rule()
    def another_core(self) -> None:
        self.mail.again()

    @invariant()
    def all_is_there(self) -> None:
        assert len(self.mail) == self.given - len(self.acked)
        assert self.mail.dropped == 0

    def teardown(self) -> None:
        self.wire.full = False
        while len(self.mail):
            self.mail.flow()
            self.mail.acked([int(frame) for frame in self.wire.sent])
        assert {int(frame) for frame in self.wire.sent} == set(range(1, self.given + 1))


TestLives = Lives.TestCase
