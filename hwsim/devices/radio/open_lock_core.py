"""The lock's side of the open lock profile: what it believes, what it says, what it remembers.

Written from docs/open-lock-profile.md, without a radio or a clock of its own: writes and moments
(seconds, monotonic) in; messages, movements and hang-ups out.  Firmware may be written from it.
"""

import hmac
import struct
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hwsim.devices.radio.open_lock_keys import Seals, agree, public, rotated, ticket
from hwsim.devices.radio.open_lock_orders import (
    BUSY,
    DONE,
    DUPLICATE,
    EXPIRED,
    MOVES,
    MOVING,
    RECORDED,
    ROTATE_KEY,
    SET_TIME,
    STATE,
    UNSUPPORTED,
    WEAK,
    Order,
    read,
)

SESSION_S, SESSION_COMMANDS = 60.0, 16
HELLO_BURST, HELLO_EACH_S = 12, 5.0
BAD_A_LINK = 3
CLOSED_S, CLOSED_MOST_S, FORGIVEN_S = 1.0, 8.0, 60.0
KEPT_IDS = 32
WEAK_BELOW = 3  # % of battery that a movement needs
SUITE, SUITES = 1, 0b01
_HELLO = struct.Struct("<BBB2s16s32s8s")


@dataclass(slots=True)
class Flash:
    """What a power cut leaves.  ``keys``: K by kid, two at the most."""

    lock_id: bytes
    keys: dict[int, bytes]
    boot: int = 0
    ids: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT_IDS))
    pending: int | None = None  # the kid of a new key that nobody has used yet


@dataclass(frozen=True, slots=True)
class Say:
    message: bytes
    meaning: dict[str, object]


@dataclass(frozen=True, slots=True)
class Do:
    """Move the bolt; call ``moved`` once it has come to rest, whatever that is."""

    order: Order


class HangUp:
    """End the link."""


Outcome = Say | Do | HangUp


@dataclass(slots=True)
class Session:
    seals: Seals
    kid: int
    began: float
    commands: int = 0
    waits: Order | None = None  # for the bolt to come to rest


@dataclass(frozen=True, slots=True)
class Look:
    """What the lock knows of itself.  ``battery`` 255: unknown.  ``clock``: unix time once set."""

    bolt: int
    door: int = 2
    battery: int = 255
    clock: float | None = None
    has_clock: bool = False


class Lock:
    """``random(n)``: n fresh random bytes.  ``look``: how it is, now."""

    def __init__(
        self, flash: Flash, random: Callable[[int], bytes], look: Callable[[], Look]
    ) -> None:
        flash.boot += 1  # written before the radio is switched on
        self.flash, self._random, self._look = flash, random, look
        self.failed = 0
        self.set_clock: int | None = None  # what SET_TIME brought last
        self._session: Session | None = None
        self._moving: Order | None = None
        self._greet = b""
        self._bad_here = self._bad_links = 0
        self._closed_until = self._last_bad = float("-inf")
        self._tokens, self._filled = float(HELLO_BURST), 0.0

    def closed_for(self, now: float) -> float:
        """So many seconds it takes no link."""
        return max(0.0, self._closed_until - now)

    def linked(self) -> None:
        self._session, self._greet, self._bad_here = None, b"", 0

    unlinked = linked

    def greet(self) -> bytes:
        """The value of GREET; a new one for each read, and good for one HELLO."""
        self._greet = bytes((0x20, 2, SUITES)) + self._random(8)
        return self._greet

    def told(self, message: bytes, now: float) -> Iterator[Outcome]:
        """A whole message of the box.  Whatever is wrong with it gets no answer."""
        if message[:1] == b"\x01":
            yield from self._hello(message, now)
        elif message[:1] == b"\x10":
            yield from self._data(message, now)

    def moved(self, order: Order, status: int) -> Iterator[Outcome]:
        """The movement that ``Do`` asked for has ended, with DONE or JAMMED."""
        self._moving = None
        session = self._session
        if session and session.waits and session.waits.cmd_id == order.cmd_id:
            session.waits = None
            yield self._reply(session, order, status)

    # ── handshake ────────────────────────────────────────────────────────────────────────────

    def _hello(self, message: bytes, now: float) -> Iterator[Outcome]:
        self._session = None
        greet, self._greet = self._greet, b""
        found = self._admitted(message, greet)
        if found is None:
            yield from self._suspicious(now)
        elif self._token(now):
            kid, key, theirs = found
            self._bad_links = 0
            yield from self._challenge(message, greet, kid, key, theirs, now)

    def _admitted(self, message: bytes, greet: bytes) -> tuple[int, bytes, bytes] | None:
        """Kid, key and public key, if the ticket is that of this very GREET."""
        if len(message) != _HELLO.size or not greet:
            return None
        _, version, suite, kid, _, theirs, told = _HELLO.unpack(message)
        key = self.flash.keys.get(int.from_bytes(kid, "little"))
        # An unknown kid takes as long as a wrong ticket.
        wanted = ticket(key or bytes(32), kid, self.flash.lock_id, greet + message[:-8])
        if not hmac.compare_digest(wanted, told) or key is None:
            return None
        if (version, suite) != (2, SUITE):
            return None
        return int.from_bytes(kid, "little"), key, theirs

    def _challenge(
        self, hello: bytes, greet: bytes, kid: int, key: bytes, theirs: bytes, now: float
    ) -> Iterator[Outcome]:
        secret = self._random(32)
        shared = agree(secret, theirs)
        if shared is None:
            yield from self._suspicious(now)
            return
        body = b"\x02\x02" + self._random(16) + struct.pack("<I", self.flash.boot) + public(secret)
        seals = Seals(key + shared, self.flash.lock_id, greet + hello + body)
        self._session = Session(seals, kid, now)
        yield Say(body + seals.proof, {"message": "challenge", "boot": self.flash.boot})

    def _token(self, now: float) -> bool:
        earned = (now - self._filled) / HELLO_EACH_S
        self._tokens, self._filled = min(HELLO_BURST, self._tokens + earned), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _suspicious(self, now: float) -> Iterator[Outcome]:
        """A proof or tag that does not hold; a third one on a link ends it, and the door to it."""
        self._session = None
        self.failed = min(self.failed + 1, 0xFFFF)
        self._bad_here += 1
        if self._bad_here >= BAD_A_LINK:
            if now - self._last_bad > FORGIVEN_S:
                self._bad_links = 0
            self._last_bad = now
            self._closed_until = now + min(CLOSED_MOST_S, CLOSED_S * 2**self._bad_links)
            self._bad_links = min(self._bad_links + 1, 8)
            yield HangUp()

    # ── commands ─────────────────────────────────────────────────────────────────────────────

    def _data(self, message: bytes, now: float) -> Iterator[Outcome]:
        session = self._session
        if session is None:
            return
        if now - session.began > SESSION_S or session.commands >= SESSION_COMMANDS:
            self._session = None
            return
        plain = session.seals.open(message)
        if plain is None:
            yield from self._suspicious(now)
            return
        session.commands += 1
        self._retire(session.kid)
        order = read(plain)
        if order is not None:
            yield from self._order(session, order, now)

    def _order(self, session: Session, order: Order, now: float) -> Iterator[Outcome]:
        status = self._judged(session, order, now)
        if status == MOVING:
            session.waits = order
        if status != DONE:
            yield self._reply(session, order, status)
            return
        if order.op in RECORDED:
            self.flash.ids.append(order.cmd_id)  # before anything moves
        if order.op == SET_TIME:
            self.set_clock = order.time
        elif order.op == ROTATE_KEY:
            self._rotate(session, order)
        elif order.op != STATE:
            session.waits = self._moving = order
            yield self._reply(session, order, MOVING)
            yield Do(order)
            return
        yield self._reply(session, order, DONE)

    def _judged(self, session: Session, order: Order, now: float) -> int:
        """DONE if it may be carried out; else what is answered instead."""
        if self._too_late(session, order, now):
            return EXPIRED
        if not order.understood or order.kid == session.kid:
            return UNSUPPORTED
        if order.op in RECORDED and order.cmd_id in self.flash.ids:
            still = self._moving is not None and self._moving.cmd_id == order.cmd_id
            return MOVING if still else DUPLICATE
        if order.op in MOVES and self._moving is not None:
            return BUSY
        look = self._look()
        if order.op in MOVES and look.battery < WEAK_BELOW:
            return WEAK
        return UNSUPPORTED if order.op == SET_TIME and not look.has_clock else DONE

    def _too_late(self, session: Session, order: Order, now: float) -> bool:
        """By the time since CHALL; and by the clock, where both have one."""
        if order.valid_ms == 0 or (now - session.began) * 1000 > order.valid_ms:
            return True
        clock = self._look().clock
        return clock is not None and order.not_after != 0 and clock > order.not_after

    def _rotate(self, session: Session, order: Order) -> None:
        """The new key lies beside the old one until somebody has used it."""
        new = order.kid or 0
        key = self.flash.keys[session.kid]
        made = rotated(key, order.seed, new.to_bytes(2, "little"), self.flash.lock_id)
        self.flash.keys, self.flash.pending = {session.kid: key, new: made}, new

    def _retire(self, kid: int) -> None:
        if self.flash.pending == kid:
            self.flash.keys, self.flash.pending = {kid: self.flash.keys[kid]}, None

    def _reply(self, session: Session, order: Order, status: int) -> Say:
        look = self._look()
        flags = 1 if look.clock is not None else 0
        plain = struct.pack(
            "<B8sBBBBBH",
            0x80 | order.op,
            order.cmd_id,
            status,
            look.bolt,
            look.door,
            look.battery,
            flags,
            self.failed,
        )
        meaning = {"message": "reply", "status": status, "bolt": look.bolt, "op": order.op}
        return Say(session.seals.seal(plain), meaning)
