"""A box and a lock of the open lock profile without a radio between them.

The lock is hwsim's core, which shares no code with the agent; time is a number that tests set.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agent.drivers.codecs import open_lock_words as words
from agent.drivers.codecs.open_lock_session import Channel, Handshake, Pair
from agent.drivers.codecs.open_lock_words import Op, Reply, Status
from hwsim.devices.radio.open_lock_core import Do, Flash, HangUp, Lock, Look, Outcome, Say
from hwsim.devices.radio.open_lock_orders import DONE, LOCKED, UNLOCK, UNLOCKED, Order

KEY, LOCK_ID, KID = bytes(range(32)), bytes.fromhex("c0ffee0000000001"), 1
PAIR = Pair(key=KEY, kid=KID, lock_id=LOCK_ID)
VALID_MS = 3000


@dataclass
class Bench:
    """One lock.  ``moves``: what its motor really did, which is what attacks are about."""

    flash: Flash = field(default_factory=lambda: Flash(LOCK_ID, {KID: KEY}))
    now: float = 100.0
    bolt: int = LOCKED
    moves: list[int] = field(default_factory=list)
    hung_up: int = 0
    clock: float | None = None
    has_clock: bool = False
    battery: int = 80
    slow: bool = False  # the motor is left running: ``rest`` ends it
    seed: int = 1

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.motion: Order | None = None
        self.orders = list[Order]()
        self.boot()

    def boot(self) -> None:
        self.lock = Lock(self.flash, self.dice.randbytes, self.look)
        self.lock.linked()

    def link(self) -> None:
        """The link was lost and is made again."""
        self.lock.unlinked()
        self.lock.linked()

    def look(self) -> Look:
        return Look(
            bolt=self.bolt, battery=self.battery, clock=self.clock, has_clock=self.has_clock
        )

    def told(self, message: bytes) -> list[bytes]:
        """Everything the lock says to ``message``; its motor moves meanwhile."""
        return list(self._said(self.lock.told(message, self.now)))

    def rest(self) -> list[bytes]:
        order, self.motion = self.motion, None
        assert order
        return list(self._ended(order))

    def _said(self, outcomes: Iterable[Outcome]) -> Iterator[bytes]:
        for outcome in outcomes:
            if isinstance(outcome, Say):
                yield outcome.message
            elif isinstance(outcome, HangUp):
                self.hung_up += 1
            elif isinstance(outcome, Do):
                self.moves.append(outcome.order.op)
                self.orders.append(outcome.order)
                if self.slow:
                    self.motion = outcome.order
                else:
                    yield from self._ended(outcome.order)

    def _ended(self, order: Order) -> Iterator[bytes]:
        self.bolt = UNLOCKED if order.op == UNLOCK else LOCKED
        yield from self._said(self.lock.moved(order, DONE))

    # ── the box ──────────────────────────────────────────────────────────────────────────────

    def handshake(self, pair: Pair = PAIR) -> Handshake:
        return Handshake(pair, self.lock.greet(), self.dice.randbytes(16), self.dice.randbytes(32))

    def meet(self, pair: Pair = PAIR) -> Channel:
        handshake = self.handshake(pair)
        (challenge,) = self.told(handshake.hello)
        channel = handshake.challenged(challenge)
        assert channel
        return channel

    def ask(
        self,
        channel: Channel,
        op: Op,
        cmd_id: bytes = b"cmd-id-1",
        args: bytes = b"",
        *,
        valid_ms: int = VALID_MS,
        not_after: int = 0,
    ) -> Reply:
        """The last reply to a command that goes through."""
        message = channel.seal(words.command(op, cmd_id, valid_ms, not_after, args))
        return self.replies(channel, self.told(message))[-1]

    def replies(self, channel: Channel, messages: Iterable[bytes]) -> list[Reply]:
        found = list[Reply]()
        for message in messages:
            plain = channel.open(message)
            assert plain
            reply = words.reply(plain)
            assert reply
            found.append(reply)
        return found


def unlock(valid_ms: int = VALID_MS, cmd_id: bytes = b"cmd-id-1") -> bytes:
    return words.command(Op.UNLOCK, cmd_id, valid_ms, 0)


__all__ = ["KEY", "KID", "LOCK_ID", "PAIR", "Bench", "Op", "Status", "unlock"]
