"""A Modbus RTU slave, from the public specifications.

(Modbus application protocol V1.1b3 and Modbus over serial line V1.02.)  It keeps silent when the
check fails or somebody else is meant, and refuses with an exception what it does not know.
Subclasses say which functions they ``know`` and give the tables behind them; real devices know few.
"""

from collections.abc import Mapping, Sequence

from hwsim.devices.base import Device
from hwsim.stand import Stand

READ_COILS, READ_INPUTS, READ, READ_INPUT_REGISTERS = 1, 2, 3, 4
WRITE_COIL, WRITE_ONE, WRITE_COILS, WRITE_MANY = 5, 6, 15, 16
COIL_ON, COIL_OFF = 0xFF00, 0x0000
NO_FUNCTION, NO_REGISTER, NO_VALUE, FAILED, BUSY = 1, 2, 3, 4, 6
GAP_S = 0.05
"""A request in pieces further apart than this is two broken ones.  The standard says 1.5
characters; USB adapters cannot keep that, and cheap sensors do not ask for it."""
_MOST_READ = {READ_COILS: 2000, READ_INPUTS: 2000, READ: 125, READ_INPUT_REGISTERS: 125}
_MOST_WRITTEN = {WRITE_COILS: 1968, WRITE_MANY: 123}


class Refuses(Exception):
    """Raised by a table: the device answers with this exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Modbus exception {code}")
        self.code = code


def crc(data: bytes) -> bytes:
    """CRC-16, start FFFF, polynomial 8005 reflected, low byte first."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            carry, value = value & 1, value >> 1
            if carry:
                value ^= 0xA001
    return bytes((value & 0xFF, value >> 8))


def sealed(body: bytes) -> bytes:
    return body + crc(body)


class Slave(Device):
    """Subclasses give the tables of what they know, and say what their values mean.

    A table may raise ``Refuses`` for any exception code.  ``wrote`` is called after each write
    that was done, and tells it.
    """

    knows: frozenset[int] = frozenset((READ, WRITE_ONE))

    def __init__(self, stand: Stand, turnaround_s: float) -> None:
        self._stand, self._turnaround = stand, turnaround_s
        self._buffer, self._last = b"", -1.0

    def coils(self) -> Mapping[int, bool]:
        return {}

    def inputs(self) -> Mapping[int, bool]:
        return {}

    def registers(self) -> Mapping[int, int]:
        """All holding registers that can be read just now, as unsigned 16-bit words."""
        return {}

    def input_registers(self) -> Mapping[int, int]:
        return {}

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        """What an answer with these registers says."""
        return {"start": first, "count": count}

    def meaning_of_bits(self, function: int, first: int, count: int) -> Mapping[str, object]:
        """What an answer with these coils or inputs says."""
        return {"function": function, "start": first, "count": count}

    def write_coil(self, coil: int, value: int) -> bool:
        """False if there is no such coil; ``value`` is the word as sent, standard or not."""
        return bool(coil < 0 or value < 0)

    def write_coils(self, first: int, states: Sequence[bool]) -> bool:
        words = [COIL_ON if state else COIL_OFF for state in states]
        return all(self.write_coil(first + n, word) for n, word in enumerate(words))

    def write(self, register: int, value: int) -> bool:
        """False if it cannot be written."""
        return bool(register < 0 or value < 0)

    def write_registers(self, first: int, values: Sequence[int]) -> bool:
        return all(self.write(first + n, value) for n, value in enumerate(values))

    def wrote(self, function: int, first: int, values: Sequence[int], at_ns: int) -> None:
        """Tell that it was told; ``values`` as words, of coils in 15 as 0 and 1."""
        if function == WRITE_ONE:
            self._stand.told("write", at_ns, register=first, value=values[0])
        else:
            self._stand.told("write", at_ns, function=function, start=first, values=list(values))

    def answers_to(self, address: int) -> bool:
        return address == self._stand.address

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > GAP_S:
            self._buffer = b""
        self._last = self._stand.now
        buffer = (self._buffer + data)[-256:]  # the longest RTU frame
        at = done = 0
        while at < len(buffer):
            size = _size(buffer[at:])
            if at + size <= len(buffer) and self._understood(buffer[at : at + size], at_ns):
                at = done = at + size
            else:
                at += 1
        self._buffer = buffer[done:]

    def _understood(self, request: bytes, at_ns: int) -> bool:
        """Whether these bytes were a request to this device."""
        if not self.answers_to(request[0]) or crc(request[:-2]) != request[-2:]:
            return False
        try:
            self._obey(request, at_ns)
        except Refuses as refusal:
            body = bytes((request[0], request[1] | 0x80, refusal.code))
            self._answer(body, {"exception": refusal.code})
        return True

    def _obey(self, request: bytes, at_ns: int) -> None:
        function, first, word = request[1], *_words(request[2:6])
        if function not in self.knows:
            raise Refuses(NO_FUNCTION)
        if function in _MOST_READ:
            self._stand.asked(at_ns, function=function, start=first, count=word)
            self._read(request, first, word)
        elif function in _MOST_WRITTEN:
            self._write_many(request, first, word, at_ns)
        else:
            self._write_one(request, first, word, at_ns)

    def _read(self, request: bytes, first: int, count: int) -> None:
        function = request[1]
        if not 1 <= count <= _MOST_READ[function]:
            raise Refuses(NO_VALUE)
        if function in (READ_COILS, READ_INPUTS):
            bits = self.coils() if function == READ_COILS else self.inputs()
            data = _packed(_row(bits, first, count))
            meaning = self.meaning_of_bits(function, first, count)
        else:
            words = self.registers() if function == READ else self.input_registers()
            data = b"".join(word.to_bytes(2, "big") for word in _row(words, first, count))
            meaning = self.meaning(first, count)
        self._answer(bytes((request[0], function, len(data))) + data, meaning)

    def _write_one(self, request: bytes, at: int, value: int, at_ns: int) -> None:
        function = request[1]
        done = self.write_coil(at, value) if function == WRITE_COIL else self.write(at, value)
        if not done:
            raise Refuses(NO_REGISTER)
        self.wrote(function, at, (value,), at_ns)
        self._answer(request[:-2], {"written": at})

    def _write_many(self, request: bytes, first: int, count: int, at_ns: int) -> None:
        function, data = request[1], request[7:-2]
        wanted = (count + 7) // 8 if function == WRITE_COILS else 2 * count
        if not 1 <= count <= _MOST_WRITTEN[function] or len(data) != wanted:
            raise Refuses(NO_VALUE)
        if function == WRITE_COILS:
            states = [bool(data[n // 8] >> n % 8 & 1) for n in range(count)]
            done, values = self.write_coils(first, states), tuple(map(int, states))
        else:
            values = _words(data)
            done = self.write_registers(first, values)
        if not done:
            raise Refuses(NO_REGISTER)
        self.wrote(function, first, values, at_ns)
        self._answer(request[:6], {"written": first, "count": count})

    def _answer(self, body: bytes, meaning: Mapping[str, object]) -> None:
        self._stand.say(sealed(body), meaning, after=self._turnaround)


def _size(head: bytes) -> int:
    """How long the request that begins here is, CRC included; more than there is while unknown."""
    if len(head) > 6 and head[1] in _MOST_WRITTEN:
        return 9 + head[6]
    return 8


def _row(table: Mapping[int, int], first: int, count: int) -> list[int]:
    if any(at not in table for at in range(first, first + count)):
        raise Refuses(NO_REGISTER)
    return [table[at] for at in range(first, first + count)]


def _packed(bits: Sequence[int]) -> bytes:
    """The first bit lowest in the first byte."""
    whole = sum(1 << at for at, bit in enumerate(bits) if bit)
    return whole.to_bytes((len(bits) + 7) // 8, "little")


def _words(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
