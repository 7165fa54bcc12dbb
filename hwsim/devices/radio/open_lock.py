"""A battery lock of the open lock profile: its bolt, its radio, and what may go wrong with both.

What it believes is in ``open_lock_core.py``; written from docs/open-lock-profile.md, not from the
box.  It is told by name in which session (from 1, over all its boots) it misbehaves: ``fault``,
``fault_from``, ``fault_times``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.devices.radio.open_lock_core import Do, Flash, HangUp, Lock, Look, Outcome, Say
from hwsim.devices.radio.open_lock_frames import Pile, pieces
from hwsim.devices.radio.open_lock_orders import DONE, JAMMED, LOCKED, TURNING, UNLOCK, UNLOCKED
from hwsim.devices.radio.open_lock_orders import Order as Told
from hwsim.orders import Order, Shut
from hwsim.radio.gatt import Characteristic, Service
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

SERVICE = "8f0b0001-6c6f-636b-9a10-53485145aa01"
GREETING = "8f0b0002-6c6f-636b-9a10-53485145aa01"
TO_LOCK = "8f0b0003-6c6f-636b-9a10-53485145aa01"
FROM_LOCK = "8f0b0004-6c6f-636b-9a10-53485145aa01"
ADVERT_S = 1.0
HELLO_WITHIN_S = 5.0  # or the link is ended: somebody else may want it
IDLE_S = 60.0  # the longest a link may be there

Fault = Literal[
    "none",
    "drop_after_hello",  # the link goes before CHALL
    "drop_after_order",  # the order is carried out, the link is gone before the reply
    "reboot_in_session",  # before CHALL is answered
    "reboot_in_motion",  # the motor pulls the battery down
    "old_boot",  # flash was put back: the boot counter runs backwards
    "replayed_challenge",  # somebody plays the CHALL of the first session
    "damaged_challenge",
    "doubled",  # each indication comes twice
    "mute",  # no answer at all
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    key: str = bytes(range(32)).hex()
    lock_id: str = "c0ffee0000000001"
    kid: int = 1
    boot: int = 6  # before it is switched on
    battery: int = 87  # %; 255: it cannot tell
    motor_s: float = 0.4
    think_s: float = 0.005  # X25519 and a few hashes
    relock_s: float = 5.0  # unless the order says how long; 0: it stays open
    jammed: bool = False
    clock: bool = False
    utc: float = 0.0  # what the clock shows at the start; 0: not set
    door: Literal["closed", "open", "unknown"] = "unknown"
    fault: Fault = "none"
    fault_from: int = 1
    fault_times: int = 1


_DOORS = {"closed": 0, "open": 1, "unknown": 2}


class OpenLock(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._flash = Flash(
            bytes.fromhex(options.lock_id), {options.kid: bytes.fromhex(options.key)}, options.boot
        )
        self._bolt, self._turns = LOCKED, 0
        self._set_at = 0.0
        self._unix = options.utc if options.clock and options.utc else None
        self._sessions, self._first = 0, b""
        self._links, self._greeted = 0, False
        self._lock, self._pile = self._started(), Pile()
        self._out = Characteristic(FROM_LOCK, ("indicate",))
        self._offer()

    def _offer(self) -> None:
        self._stand.tune(self._options)
        greeting = Characteristic(GREETING, ("read",), on_read=self._greet)
        told = Characteristic(TO_LOCK, ("write",), on_write=self._written)
        self._stand.serve(Service(SERVICE, (greeting, told, self._out)))
        self._stand.on_link = self._linked

    def start(self) -> None:
        self._stand.beacon(lambda: Advert(services=(SERVICE,)), ADVERT_S)

    def do(self, order: Order) -> None:
        """Somebody turns the knob inside and locks it by hand."""
        if isinstance(order, Shut):
            if self._bolt != UNLOCKED:
                raise CannotDo("it is not unlocked")
            self._rest(LOCKED)

    # ── the radio ────────────────────────────────────────────────────────────────────────────

    def _linked(self, up: bool) -> None:
        self._links, self._pile, self._greeted = self._links + 1, Pile(), False
        if not up:
            self._lock.unlinked()
            return
        self._lock.linked()
        self._leave_after(HELLO_WITHIN_S, lambda: not self._greeted)
        self._leave_after(IDLE_S, lambda: True)

    def _close(self) -> None:
        """Somebody tries keys: its radio is off for a moment."""
        self._stand.happened("refused_link", failed=self._lock.failed)
        self._stand.drop_link()
        if self._stand.in_range:
            self._stand.move(in_range=False)
            left = self._lock.closed_for(self._stand.now)
            self._stand.after(left, lambda: self._stand.move(in_range=True))

    def _leave_after(self, seconds: float, due: Callable[[], bool]) -> None:
        link = self._links

        def leave() -> None:
            if self._links == link and due():
                self._stand.drop_link()

        self._stand.after(seconds, leave)

    def _written(self, data: bytes, at_ns: int) -> None:
        message = self._pile.add(data)
        if message is not None:
            self._obey(self._lock.told(message, self._stand.now), at_ns)

    def _obey(self, outcomes: Iterable[Outcome], at_ns: int) -> None:
        for outcome in outcomes:
            if isinstance(outcome, Say):
                self._say(outcome)
            elif isinstance(outcome, Do):
                self._move(outcome.order, at_ns)
            elif isinstance(outcome, HangUp):
                self._close()

    def _say(self, said: Say) -> None:
        link, message = self._links, said.message
        if said.meaning["message"] == "challenge":
            self._greeted = True
            self._sessions += 1
            self._first = self._first or message
            message = self._spoilt(message)
            if not message:
                return
        elif self._fails("drop_after_order"):
            self._stand.drop_link()
            return

        def send() -> None:
            if self._links == link:
                self._send(message, said.meaning)

        self._stand.after(self._options.think_s, send)

    def _send(self, message: bytes, meaning: dict[str, object]) -> None:
        meaning = {**meaning, "session": self._sessions}
        for piece in pieces(message, self._stand.room):
            for _ in range(2 if self._fails("doubled") else 1):
                self._stand.notify(self._out, piece, meaning)

    def _spoilt(self, challenge: bytes) -> bytes:
        """What is said in its place; nothing, if the link or the lock is gone."""
        if self._fails("drop_after_hello"):
            self._stand.drop_link()
        elif self._fails("reboot_in_session"):
            self._reboot()
        elif self._fails("replayed_challenge"):
            return self._first
        elif self._fails("damaged_challenge"):
            return challenge[:-1] + bytes((challenge[-1] ^ 1,))
        elif not self._fails("mute"):
            return challenge
        return b""

    def _fails(self, fault: Fault) -> bool:
        options = self._options
        last = options.fault_from + options.fault_times
        return options.fault == fault and options.fault_from <= self._sessions < last

    # ── the bolt ─────────────────────────────────────────────────────────────────────────────

    def _move(self, order: Told, at_ns: int) -> None:
        what = "unlock" if order.op == UNLOCK else "lock"
        self._stand.told(what, at_ns, cmd_id=order.cmd_id.hex(), channel=1)
        if self._fails("reboot_in_motion"):
            self._reboot()
            return
        before, self._bolt = self._bolt, TURNING

        def over() -> None:
            self._rest(before if self._options.jammed else _goal(order))
            self._relock_later(order)
            status = JAMMED if self._options.jammed else DONE
            self._obey(lock.moved(order, status), at_ns)

        lock = self._lock
        self._stand.after(self._options.motor_s, over)

    def _rest(self, bolt: int) -> None:
        self._bolt, self._turns = bolt, self._turns + 1
        if not self._options.jammed:
            self._stand.happened("lock_opened" if bolt == UNLOCKED else "lock_closed", channel=1)

    def _relock_later(self, order: Told) -> None:
        seconds = self._options.relock_s if order.hold_s is None else order.hold_s
        turn = self._turns

        def relock() -> None:
            if self._turns == turn and self._bolt == UNLOCKED:
                self._rest(LOCKED)

        if seconds and self._bolt == UNLOCKED:
            self._stand.after(seconds, relock)

    # ── itself ───────────────────────────────────────────────────────────────────────────────

    def _reboot(self) -> None:
        self._stand.happened("rebooted", boot=self._flash.boot + 1)
        self._lock = self._started()
        self._stand.drop_link()

    def _started(self) -> Lock:
        return Lock(self._flash, self._stand.dice.randbytes, self._look)

    def _greet(self) -> bytes:
        if self._options.fault == "old_boot" and self._sessions + 1 >= self._options.fault_from:
            self._flash.boot = self._options.boot
        return self._lock.greet()

    def _look(self) -> Look:
        clock = None
        if self._lock.set_clock is not None:
            self._unix, self._set_at = float(self._lock.set_clock), self._stand.now
            self._lock.set_clock = None
        if self._unix is not None:
            clock = self._unix + self._stand.now - self._set_at
        return Look(
            bolt=self._bolt,
            door=_DOORS[self._options.door],
            battery=self._options.battery,
            clock=clock,
            has_clock=self._options.clock,
        )


def _goal(order: Told) -> int:
    return UNLOCKED if order.op == UNLOCK else LOCKED


SIM = Sim(
    name="open_lock",
    build=OpenLock,
    options=Options,
    orders=(Shut,),
    needs_address=True,
    radio=True,
)
