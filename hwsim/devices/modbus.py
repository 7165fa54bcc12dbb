"""A Modbus RTU slave, from the public specification (Modbus over serial line V1.02).

It answers reads of holding registers (03) and writes of one (06), refuses all else with an
exception, and keeps silent when the check fails or somebody else is meant.
"""

from collections.abc import Mapping

from hwsim.devices.base import Device
from hwsim.stand import Stand

READ, WRITE_ONE = 3, 6
NO_FUNCTION, NO_REGISTER, NO_VALUE = 1, 2, 3
GAP_S = 0.05
"""A request in pieces further apart than this is two broken ones.  The standard says 1.5
characters; USB adapters cannot keep that, and cheap sensors do not ask for it."""


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
    """Subclasses give ``registers`` and say what their values mean."""

    def __init__(self, stand: Stand, turnaround_s: float) -> None:
        self._stand, self._turnaround = stand, turnaround_s
        self._buffer, self._last = b"", -1.0

    def registers(self) -> Mapping[int, int]:
        """All that can be read just now, as unsigned 16-bit words."""
        raise NotImplementedError

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        """What an answer with these registers says."""
        return {"start": first, "count": count}

    def write(self, register: int, value: int) -> bool:
        """False if it cannot be written."""
        return bool(register < 0 or value < 0)

    def answers_to(self, address: int) -> bool:
        return address == self._stand.address

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > GAP_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-256:]  # the longest RTU frame
        at = 0
        while at + 8 <= len(self._buffer):
            if self._understood(self._buffer[at : at + 8], at_ns):
                at += 8
            else:
                at += 1
        self._buffer = self._buffer[at:]

    def _understood(self, request: bytes, at_ns: int) -> bool:
        """Whether these eight bytes were a request to this device."""
        if not self.answers_to(request[0]) or crc(request[:6]) != request[6:]:
            return False
        function, first, word = request[1], *_words(request[2:6])
        if function == READ:
            self._read(request, first, word, at_ns)
        elif function == WRITE_ONE:
            self._write(request, first, word, at_ns)
        else:
            self._refuse(request, NO_FUNCTION)
        return True

    def _read(self, request: bytes, first: int, count: int, at_ns: int) -> None:
        self._stand.asked(at_ns, function=READ, start=first, count=count)
        there = self.registers()
        if not 1 <= count <= 125:
            self._refuse(request, NO_VALUE)
        elif any(register not in there for register in range(first, first + count)):
            self._refuse(request, NO_REGISTER)
        else:
            words = b"".join(there[r].to_bytes(2, "big") for r in range(first, first + count))
            self._answer(bytes((request[0], READ, len(words))) + words, self.meaning(first, count))

    def _write(self, request: bytes, register: int, value: int, at_ns: int) -> None:
        if self.write(register, value):
            self._stand.told("write", at_ns, register=register, value=value)
            self._answer(request[:6], {"written": register})
        else:
            self._refuse(request, NO_REGISTER)

    def _refuse(self, request: bytes, why: int) -> None:
        self._answer(bytes((request[0], request[1] | 0x80, why)), {"exception": why})

    def _answer(self, body: bytes, meaning: Mapping[str, object]) -> None:
        self._stand.say(sealed(body), meaning, after=self._turnaround)


def _words(data: bytes) -> tuple[int, ...]:
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
