"""What is said inside DATA of the open lock profile: commands to the lock, and its replies.

docs/open-lock-profile.md, Commands.  Little-endian.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from agent.drivers.codecs.open_lock import MOST_PLAIN

REPLY: Final = 0x80
CMD_ID: Final = 8
MOST_VALID_MS: Final = 60_000  # the life of a session

_COMMAND = struct.Struct("<B8sHI")
_REPLY = struct.Struct("<B8sBBBBBH")
_TIME = struct.Struct("<IH")
_CLOCK_SET: Final = 1
_UNKNOWN: Final = 255


class Op(IntEnum):
    UNLOCK = 1
    LOCK = 2
    STATE = 3
    SET_TIME = 4
    ROTATE_KEY = 5


class Arg(IntEnum):
    HOLD = 1  # seconds that it stays unlocked, 2 bytes
    GRANT = 2  # of the platform, for locks that check it themselves
    TIME = 3  # unix seconds 4, uncertainty in seconds 2
    KID = 4  # of the new key, 2 bytes
    SEED = 5  # of the new key, 32 bytes


class Status(IntEnum):
    DONE = 0
    MOVING = 1  # a second reply says how it ended
    DUPLICATE = 2  # this cmd_id was carried out before; nothing moved now
    EXPIRED = 3
    UNSUPPORTED = 4
    JAMMED = 5
    BUSY = 6
    WEAK = 7  # the battery could not finish a movement


class Bolt(IntEnum):
    UNLOCKED = 0
    LOCKED = 1
    MOVING = 2
    UNKNOWN = 3


class Door(IntEnum):
    CLOSED = 0
    OPEN = 1
    UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Reply:
    """``battery`` in %, None if the lock cannot tell.  ``failed``: proofs and tags that did not
    hold since the lock was started, 65535 for that many and more."""

    op: int
    cmd_id: bytes
    status: Status
    bolt: Bolt
    door: Door
    battery: int | None
    clock: bool
    failed: int


def command(op: Op, cmd_id: bytes, valid_ms: int, not_after: int, args: bytes = b"") -> bytes:
    """``valid_ms``: 1 to 60000 since the lock sent CHALL.  ``not_after``: unix seconds or 0."""
    return _COMMAND.pack(op, cmd_id, valid_ms, not_after) + args


def arguments(given: Iterable[tuple[Arg, bytes]]) -> bytes:
    """As they stand behind a command; each at most 255 bytes."""
    return b"".join(bytes((arg, len(value))) + value for arg, value in given)


MOST_ARGUMENTS: Final = MOST_PLAIN - _COMMAND.size


def hold(seconds: int) -> tuple[Arg, bytes]:
    return Arg.HOLD, seconds.to_bytes(2, "little")


def time(unix_s: int, error_s: int) -> tuple[Arg, bytes]:
    return Arg.TIME, _TIME.pack(unix_s, error_s)


def reply(plain: bytes) -> Reply | None:
    """None if it is no reply, or speaks words that this version does not know."""
    if len(plain) != _REPLY.size:
        return None
    op, cmd_id, status, bolt, door, battery, flags, failed = _REPLY.unpack(plain)
    known = op & REPLY and status in _STATUSES and bolt in _BOLTS and door in _DOORS
    if not known or 100 < battery < _UNKNOWN:
        return None
    return Reply(
        op=op & ~REPLY,
        cmd_id=cmd_id,
        status=Status(status),
        bolt=Bolt(bolt),
        door=Door(door),
        battery=None if battery == _UNKNOWN else battery,
        clock=bool(flags & _CLOCK_SET),
        failed=failed,
    )


_STATUSES: Final = frozenset(Status)
_BOLTS: Final = frozenset(Bolt)
_DOORS: Final = frozenset(Door)
