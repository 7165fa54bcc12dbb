"""Modbus RTU: requests and replies of the eight functions that devices use.

(Modbus application protocol V1.1b3 and Modbus over serial line V1.02.)  A frame is address,
function, what the function needs, CRC-16 low byte first.  It says neither its length nor its
direction, so both follow from the function and, where request and reply differ, from which
reading makes the CRC hold.

The CRC of a frame followed by 00 holds again with that 00 as its high byte.  So where two readings
hold, the longer one explains all the bytes and is taken.
"""

from collections.abc import Callable

from agent.drivers.codecs.base import (
    MORE,
    NOISE,
    Bad,
    Direction,
    Got,
    Protocol,
    Taken,
    Why,
    search,
)
from agent.drivers.codecs.crc import crc_modbus
from agent.drivers.codecs.modbus_frames import (
    REFUSED,
    SHAPES,
    WRITE_COILS,
    WRITE_REGISTERS,
    Exceptional,
    Frame,
    Reply,
    Shape,
    Write1,
    WriteN,
    show,
)
from agent.line.asking import Answer

MOST = 256  # Modbus over serial line V1.02, 2.5.1: the longest RTU frame


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    if len(buffer) < 2:
        return MORE
    shapes = [s for s in SHAPES.get(buffer[1], ()) if s.spoken_by(direction)]
    looks = [_look(buffer, shape) for shape in shapes]
    got = max((x for x in looks if isinstance(x, Got)), key=lambda x: x.used, default=None)
    if got is not None:
        return got
    bad = [x for x in looks if isinstance(x, Bad) and x is not NOISE]
    whole = [x for x in bad if x.used == len(buffer)]
    if any(x is MORE for x in looks) and (not whole or _cut(buffer, shapes)):
        return MORE
    return max(whole or bad, key=lambda x: x.used, default=NOISE)


def _look(buffer: bytes, shape: Shape) -> Taken[Frame]:
    length = shape.length(buffer)
    if length is None:
        return NOISE
    if len(buffer) < length:
        return MORE
    if not holds(buffer[:length]):
        return Bad(Why.CHECKSUM, length)
    return Got(shape.build(buffer[: length - 2]), length)


def _cut(buffer: bytes, shapes: list[Shape]) -> bool:
    """Whether these 8 bytes, no good frame, are rather the beginning of a longer one.

    A write whose byte count fits its count is one.  Of a reply that lacks its last byte, the
    CRC's low byte is there and right.
    """
    if buffer[1] in (WRITE_COILS, WRITE_REGISTERS):
        return True
    short = any(shape.length(buffer) == len(buffer) + 1 for shape in shapes)
    return short and crc_modbus(buffer[:-1]) & 0xFF == buffer[-1]


def holds(frame: bytes) -> bool:
    """Whether the CRC at the end of ``frame`` is that of what stands before it."""
    return crc_modbus(frame[:-2]) == int.from_bytes(frame[-2:], "little")


def encode(body: bytes) -> bytes:
    return body + crc_modbus(body).to_bytes(2, "little")


def read(address: int, function: int, start: int, count: int) -> bytes:
    """A question for ``count`` registers (3, 4) or bits (1, 2) from ``start`` on."""
    return encode(bytes((address, function)) + start.to_bytes(2) + count.to_bytes(2))


def write1(address: int, function: int, register: int, value: int) -> bytes:
    """Set one coil (5: FF00 or 0000, and what alarm towers add) or one register (6)."""
    return encode(bytes((address, function)) + register.to_bytes(2) + value.to_bytes(2))


def write_registers(address: int, start: int, values: tuple[int, ...]) -> bytes:
    data = b"".join(value.to_bytes(2) for value in values)
    head = bytes((address, 16)) + start.to_bytes(2) + len(values).to_bytes(2)
    return encode(head + bytes((len(data),)) + data)


def write_coils(address: int, start: int, states: tuple[bool, ...]) -> bytes:
    """The first state stands in the lowest bit of the first byte."""
    size = (len(states) + 7) // 8
    data = sum(1 << at for at, state in enumerate(states) if state).to_bytes(size, "little")
    head = bytes((address, WRITE_COILS)) + start.to_bytes(2) + len(states).to_bytes(2)
    return encode(head + bytes((size,)) + data)


def answer_registers(address: int, function: int, count: int) -> Answer[Frame]:
    """Finds the reply to ``read(address, function, …, count)``, or the refusal of it."""
    return _answer(address, function, lambda f: isinstance(f, Reply) and len(f.data) == 2 * count)


def answer_bits(address: int, function: int, count: int) -> Answer[Frame]:
    """The same where ``count`` bits were asked for."""
    size = (count + 7) // 8
    return _answer(address, function, lambda f: isinstance(f, Reply) and len(f.data) == size)


def answer_write1(address: int, function: int, register: int, value: int) -> Answer[Frame]:
    """Finds the repetition by which a device confirms ``write1``, or the refusal of it."""
    told = Write1(address, function, register, value)
    return _answer(address, function, lambda frame: frame == told)


def answer_written(address: int, function: int, start: int, count: int) -> Answer[Frame]:
    """Finds the confirmation of ``count`` registers (16) or coils (15), or the refusal of it."""
    told = WriteN(address, function, start, count)
    return _answer(address, function, lambda frame: frame == told)


def _answer(address: int, function: int, fits: Callable[[Frame], bool]) -> Answer[Frame]:
    def wanted(frame: Frame) -> bool:
        if frame.addr != address:
            return False
        if isinstance(frame, Exceptional):
            return frame.fc == function | REFUSED
        return frame.fc == function and fits(frame)

    return lambda heard: search(take, heard, wanted)


PROTOCOL = Protocol(name="modbus", take=take, show=show, most=MOST, holds=holds, checked=True)
