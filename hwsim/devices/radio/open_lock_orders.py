"""What the box says inside DATA, as the lock reads it (docs/open-lock-profile.md, Commands)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

UNLOCK, LOCK, STATE, SET_TIME, ROTATE_KEY = range(1, 6)
MOVES = (UNLOCK, LOCK)
RECORDED = (UNLOCK, LOCK, SET_TIME, ROTATE_KEY)
DONE, MOVING, DUPLICATE, EXPIRED, UNSUPPORTED, JAMMED, BUSY, WEAK = range(8)
UNLOCKED, LOCKED, TURNING, NOT_KNOWN = range(4)

HOLD, GRANT, TIME, KID, SEED = range(1, 6)
_SIZES = {HOLD: 2, TIME: 6, KID: 2, SEED: 32}
_ALLOWED = {
    UNLOCK: {HOLD, GRANT},
    LOCK: {GRANT},
    STATE: set[int](),
    SET_TIME: {TIME},
    ROTATE_KEY: {KID, SEED},
}
_NEEDED = {SET_TIME: {TIME}, ROTATE_KEY: {KID, SEED}}
_HEAD = struct.Struct("<B8sHI")


@dataclass(frozen=True, slots=True)
class Order:
    """``understood``: op and every argument are known, and nothing is missing."""

    op: int
    cmd_id: bytes
    valid_ms: int
    not_after: int
    args: Mapping[int, bytes]
    understood: bool

    @property
    def hold_s(self) -> int | None:
        return self._number(HOLD) if HOLD in self.args else None

    @property
    def time(self) -> int:
        return self._number(TIME) & 0xFFFFFFFF

    @property
    def kid(self) -> int | None:
        return self._number(KID) if KID in self.args else None

    @property
    def seed(self) -> bytes:
        return self.args[SEED]

    def _number(self, tag: int) -> int:
        return int.from_bytes(self.args[tag], "little")


def read(plain: bytes) -> Order | None:
    """None if it is too short to have a cmd_id, and so can have no answer."""
    if len(plain) < _HEAD.size:
        return None
    op, cmd_id, valid_ms, not_after = _HEAD.unpack_from(plain)
    args = _arguments(plain[_HEAD.size :])
    known = args is not None and op in _ALLOWED and set(args) <= _ALLOWED[op]
    whole = known and set(args or ()) >= _NEEDED.get(op, set())
    return Order(op, cmd_id, valid_ms, not_after, args or {}, whole)


def _arguments(told: bytes) -> Mapping[int, bytes] | None:
    """Tag, length, value; None if they do not end where they should, or one comes twice."""
    found: dict[int, bytes] = {}
    while told:
        if len(told) < 2 or len(told) < 2 + told[1] or told[0] in found:
            return None
        tag, value = told[0], told[2 : 2 + told[1]]
        if len(value) != _SIZES.get(tag, len(value)):
            return None
        found[tag], told = value, told[2 + told[1] :]
    return found
