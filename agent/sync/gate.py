"""Which commands get in: docs/protocol.md, section 6, in its order.  Sans I/O, never raises.

Theory.  The box gives out a nonce with each hello and remembers when.  A command is signed over a
nonce and over how long ago the platform received it.  The time that has passed here since the nonce
was given out, minus that age, is how long the command has been on its way, as this box counts it;
the hello's own way makes it look older, never younger.  So no clock is needed, and what was queued,
recorded or retained is too late or under a nonce that is dead.
"""

from dataclasses import dataclass, field, replace

from agent.model.messages import Command
from agent.model.time import Stamp
from agent.sync.order import Envelope, Order, read_envelope, read_order
from agent.sync.signing import KeyRing, PublicKey

ROLE = "command"
SECOND, MS = 1_000_000_000, 1_000_000

GRACE_NS = 60 * SECOND
"""A nonce outlives the next hello by so much: commands that were signed just before it are due."""

AHEAD_NS = 1 * SECOND
"""An age may exceed the time since the nonce by what two crystals of 100 ppm drift apart in the
half hour between two hellos (0.4 s), and no more.  One that does tells nothing about when the
command was signed, so it is taken as dead."""

MOST_IDS = 4096
"""Ids remembered under one nonce.  Only a signer can fill it; long before that ``crowded`` asks for
a new hello, under whose nonce the count begins anew."""

_CROWDED = MOST_IDS // 4
_MOST_NONCES = 64  # hellos of a connection are at least a second apart


@dataclass(frozen=True, slots=True)
class Accepted:
    """``by`` is who asked for it, in the platform's words; "" if it does not say."""

    command: Command
    by: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """``id`` is None until a signature has vouched for it."""

    id: str | None
    reason: str


@dataclass(slots=True)
class _Nonce:
    issued_ns: int
    dead_ns: int | None = None  # None: it is the latest
    seen: set[str] = field(default_factory=set)


class Gate:
    """One connection's: with it all its nonces die."""

    def __init__(self, gateway: str, keys: KeyRing) -> None:
        self._gateway, self._keys = gateway, keys
        self._nonces: dict[str, _Nonce] = {}

    @property
    def crowded(self) -> bool:
        """It is time for a new hello."""
        latest = next(reversed(self._nonces.values()), None)
        return latest is not None and len(latest.seen) >= _CROWDED

    def issued(self, nonce: str, now_ns: int) -> None:
        """A hello with this nonce goes out.  Call it before it does."""
        for old in self._nonces.values():
            if old.dead_ns is None:
                old.dead_ns = now_ns + GRACE_NS
        self._nonces[nonce] = _Nonce(now_ns)
        self._forget(now_ns)

    def judge(
        self, payload: bytes, now: Stamp, floor_ns: int, *, retained: bool
    ) -> Accepted | Rejected:
        if retained:
            return Rejected(None, "retained")
        envelope = read_envelope(payload)
        if envelope is None:
            return Rejected(None, "format")
        key = self._keys.find(envelope.kid, ROLE)
        if key is None or not key.lives(now, floor_ns):
            return Rejected(None, "key")
        if not _signed(envelope, key):
            return Rejected(None, "signature")
        order = read_order(envelope.body)
        if not isinstance(order, Order):
            return Rejected(order, "format")
        return self._timely(order, now)

    def _timely(self, order: Order, now: Stamp) -> Accepted | Rejected:
        """Everything that is left once the words are known to be the platform's."""
        if order.gateway != self._gateway:
            return Rejected(order.id, "gateway")
        nonce = self._nonces.get(order.nonce)
        if nonce is None or (nonce.dead_ns is not None and now.mono_ns >= nonce.dead_ns):
            return Rejected(order.id, "nonce")
        if order.id in nonce.seen or len(nonce.seen) >= MOST_IDS:
            return Rejected(order.id, "repeat")
        nonce.seen.add(order.id)
        late_ns = now.mono_ns - nonce.issued_ns - order.age_ms * MS
        if late_ns < -AHEAD_NS or late_ns >= order.ttl_ms * MS:
            return Rejected(order.id, "expired")
        return Accepted(_command(order, now, max(0, late_ns)), order.by)

    def _forget(self, now_ns: int) -> None:
        dead = [
            nonce
            for nonce, one in self._nonces.items()
            if one.dead_ns is not None and one.dead_ns <= now_ns
        ]
        spare = list(self._nonces)[:-_MOST_NONCES]
        for nonce in {*dead, *spare}:
            del self._nonces[nonce]


def _signed(envelope: Envelope, key: PublicKey) -> bool:
    """Nobody chooses another algorithm for a key than its own."""
    return envelope.alg == key.alg and key.verify(envelope.signed, envelope.signature)


def _command(order: Order, now: Stamp, late_ns: int) -> Command:
    signed = replace(
        now,
        mono_ns=now.mono_ns - late_ns,
        utc_ns=None if now.utc_ns is None else now.utc_ns - late_ns,
    )
    return Command(
        id=order.id,
        target=order.target,
        action=order.action,
        at=signed,
        ttl_ns=order.ttl_ms * MS,
        args=order.args,
    )
