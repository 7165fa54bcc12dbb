"""Zemic weighing modules (ZHY-K, OIS): framed, escaped, with a sum.

    02  addr  len len  c c  data …  sum  03

``len`` counts command and data, low byte first; the command is two capitals, ``QP`` to read, ``WP``
to write; a module answers with bit 7 of ``addr`` set.  ``sum`` has 8 bits, from ``addr`` on.
Between 02 and 03 the bytes 02, 03 and 1B stand as ``1B E7``, ``1B E8`` and ``1B 00``, which leaves
the sum as it is.  (github mzohaibnasir/Zemic-sensorintegration: README, cmds.py and its logs; the
escapes are seen in them.  The maker's own document was not.)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why

STX, ETX, ESCAPE = 0x02, 0x03, 0x1B
MOST = 256  # the longest seen, ten channels of parameters, has 136
LONGEST = 100  # ``len`` of that one is 94
AROUND = 5  # address, length, sum, 03: what ``len`` does not count
_ESCAPES = {b"\x1b\xe7": STX, b"\x1b\xe8": ETX, b"\x1b\x00": ESCAPE}
_UNITS = re.compile(rb"(?:\x1b[\xe7\xe8\x00]|[^\x1b])*")
_UNIT = re.compile(rb"\x1b?[^\x1b]", re.DOTALL)
_COMMAND = re.compile(rb"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Frame:
    """``raw``: the data as it went over the wire, escapes and all."""

    addr: int
    length: int
    cmd: str
    data: bytes
    raw: bytes


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    """The length leads to the end, so that a 03 that the sender did not escape does no harm."""
    del direction  # the address says it
    if buffer[0] != STX:
        return NOISE
    end = _end(buffer)
    units = _UNIT.findall(buffer, 1, end)
    values = bytes(_ESCAPES.get(unit, unit[0]) for unit in units)
    length = int.from_bytes(values[1:3], "little")
    if len(values) >= 3 and not 2 <= length <= LONGEST:
        return NOISE
    if len(values) < 3 or len(values) < length + AROUND:
        return NOISE if len(buffer) - end > 1 or len(buffer) >= MOST else MORE
    units, values = units[: length + AROUND], values[: length + AROUND]
    return _frame(values, units, 1 + sum(map(len, units)))


def _end(buffer: bytes) -> int:
    """Up to where all is well escaped."""
    match = _UNITS.match(buffer, 1)
    return match.end() if match else 1


def _frame(values: bytes, units: list[bytes], used: int) -> Got[Frame] | Bad:
    body, check = values[:-2], values[-2]
    if units[-1] != bytes((ETX,)):
        return Bad(Why.FORMAT, used)
    if sum(body) & 0xFF != check:
        return Bad(Why.CHECKSUM, used)
    if not _COMMAND.fullmatch(body[3:5]):
        return Bad(Why.FORMAT, used)
    length, raw = len(body) - 3, b"".join(units[5:-2])
    return Got(Frame(body[0], length, body[3:5].decode("ascii"), body[5:], raw), used)


def encode(addr: int, cmd: str, data: bytes) -> bytes:
    body = bytes((addr,)) + (2 + len(data)).to_bytes(2, "little") + cmd.encode("ascii") + data
    body += bytes((sum(body) & 0xFF,))
    return b"\x02" + b"".join(map(_escaped, body)) + b"\x03"


def _escaped(byte: int) -> bytes:
    return next((escape for escape, meant in _ESCAPES.items() if meant == byte), bytes((byte,)))


def show(frame: Frame) -> Mapping[str, object]:
    return {
        "addr": frame.addr,
        "length": frame.length,
        "cmd": frame.cmd,
        "data": frame.raw.hex(),
    }


PROTOCOL = Protocol(name="zemic", take=take, show=show, most=MOST, checked=True)
