"""The frames of Modbus RTU as data: which function has which shape in which direction.

A shape's ``length`` says how long the frame is, CRC included, from as much of its head as is
there: longer than the head while that does not tell, None if the head cannot be this shape
(counts and byte counts out of the bounds of Modbus application protocol V1.1b3, 6.1 to 6.12).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import Direction

READ_COILS, READ_INPUTS, READ_REGISTERS, READ_INPUT_REGISTERS = 1, 2, 3, 4
WRITE_COIL, WRITE_REGISTER, WRITE_COILS, WRITE_REGISTERS = 5, 6, 15, 16
REFUSED = 0x80  # set in the function of a reply that says no
_MOST_READ = {1: 2000, 2: 2000, 3: 125, 4: 125}
_MOST_WRITTEN = {15: 1968, 16: 123}


@dataclass(frozen=True, slots=True)
class Read:
    addr: int
    fc: int
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Reply:
    addr: int
    fc: int
    data: bytes

    @property
    def regs(self) -> tuple[int, ...]:
        """Unsigned 16-bit registers, for functions 3 and 4."""
        return tuple(int.from_bytes(self.data[i : i + 2]) for i in range(0, len(self.data), 2))


@dataclass(frozen=True, slots=True)
class Write1:
    """One coil or register; the device repeats it."""

    addr: int
    fc: int
    register: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteN:
    """``data`` is None in the device's reply."""

    addr: int
    fc: int
    start: int
    count: int
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Exceptional:
    """The device says no.  ``fc`` as on the wire, with the refusing bit."""

    addr: int
    fc: int
    code: int


Frame = Read | Reply | Write1 | WriteN | Exceptional


@dataclass(frozen=True, slots=True)
class Shape:
    direction: Direction | None  # None: both sides say it alike
    length: Callable[[bytes], int | None]
    build: Callable[[bytes], Frame]

    def spoken_by(self, direction: Direction | None) -> bool:
        return direction is None or self.direction in (None, direction)


def _u16(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 2])


def _read_length(head: bytes) -> int | None:
    return 8 if len(head) < 6 or 1 <= _u16(head, 4) <= _MOST_READ[head[1]] else None


def _reply_length(head: bytes) -> int | None:
    if len(head) < 3:
        return 5 + 1
    count = head[2]
    whole = head[1] in (1, 2) or count % 2 == 0  # registers come in pairs of bytes
    return 5 + count if whole and 1 <= count <= 250 else None


def _write_length(head: bytes) -> int | None:
    if len(head) < 7:
        return 9 + 1
    count, size = _u16(head, 4), head[6]
    wanted = (count + 7) // 8 if head[1] == WRITE_COILS else 2 * count
    return 9 + size if 1 <= count <= _MOST_WRITTEN[head[1]] and size == wanted else None


def _written_length(head: bytes) -> int | None:
    return 8 if len(head) < 6 or 1 <= _u16(head, 4) <= _MOST_WRITTEN[head[1]] else None


def _read(b: bytes) -> Read:
    return Read(b[0], b[1], _u16(b, 2), _u16(b, 4))


def _reply(b: bytes) -> Reply:
    return Reply(b[0], b[1], b[3:])


def _write1(b: bytes) -> Write1:
    return Write1(b[0], b[1], _u16(b, 2), _u16(b, 4))


def _write(b: bytes) -> WriteN:
    return WriteN(b[0], b[1], _u16(b, 2), _u16(b, 4), b[7:])


def _written(b: bytes) -> WriteN:
    return WriteN(b[0], b[1], _u16(b, 2), _u16(b, 4))


def _exceptional(b: bytes) -> Exceptional:
    return Exceptional(b[0], b[1], b[2])


_READS = (
    Shape(Direction.HOST, _read_length, _read),
    Shape(Direction.DEVICE, _reply_length, _reply),
)
_WRITES_1 = (Shape(None, lambda _: 8, _write1),)
_WRITES_N = (
    Shape(Direction.HOST, _write_length, _write),
    Shape(Direction.DEVICE, _written_length, _written),
)
_REFUSALS = (Shape(Direction.DEVICE, lambda _: 5, _exceptional),)

_SPOKEN: dict[int, tuple[Shape, ...]] = {
    READ_COILS: _READS,
    READ_INPUTS: _READS,
    READ_REGISTERS: _READS,
    READ_INPUT_REGISTERS: _READS,
    WRITE_COIL: _WRITES_1,
    WRITE_REGISTER: _WRITES_1,
    WRITE_COILS: _WRITES_N,
    WRITE_REGISTERS: _WRITES_N,
}
SHAPES: Mapping[int, tuple[Shape, ...]] = _SPOKEN | {
    function | REFUSED: _REFUSALS for function in _SPOKEN
}


def show(frame: Frame) -> Mapping[str, object]:
    """JSON fields of ``linli decode``: ``data`` as hex, ``regs`` only of registers."""
    head = {"addr": frame.addr, "fc": frame.fc}
    match frame:
        case Read():
            return head | {"kind": "request", "start": frame.start, "count": frame.count}
        case Reply():
            regs = {"regs": list(frame.regs)} if frame.fc in (3, 4) else {}
            return head | {"kind": "response", "data": frame.data.hex()} | regs
        case Write1():
            return head | {"kind": "write1", "addr_reg": frame.register, "value": frame.value}
        case WriteN():
            data = {} if frame.data is None else {"data": frame.data.hex()}
            return head | {"kind": "writeN", "start": frame.start, "count": frame.count} | data
        case Exceptional():
            return head | {"kind": "exception", "code": frame.code}
