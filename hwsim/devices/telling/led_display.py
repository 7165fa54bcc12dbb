"""An Onbon BX-6K LED controller on its serial port: PING, and texts for its five areas.

``A5… header data CRC16 5A`` with the escapes A6 and 5B; a frame with a wrong CRC is answered by
NACK 5, one for another screen by nobody, a broadcast to FFFF is obeyed in silence.  It is busy for
a moment after each new text, and forgets all texts without power.
Source: Onbon "BX-5K/6K 通讯协议用户版本" 1.4, sections 3 to 8.
"""

from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.stand import Stand

AREAS = 5
MOST_TEXT = 1024
PC, SILENT, ANY = 0x8000, 0xFFFF, 0xFFFE
OK, NO_COMMAND, BUSY, NO_ROOM, CHECKSUM = 0, 2, 3, 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    turnaround_s: float = 0.05
    busy_s: float = 0.0  # after a new text, how long it refuses the next
    own_supply: bool = True  # it keeps its texts when the adapter is pulled out


def crc(data: bytes) -> bytes:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def escaped(data: bytes) -> bytes:
    out = data.replace(b"\xa6", b"\xa6\x01").replace(b"\xa5", b"\xa6\x02")
    return out.replace(b"\x5b", b"\x5b\x01").replace(b"\x5a", b"\x5b\x02")


def unescaped(data: bytes) -> bytes:
    out = data.replace(b"\x5b\x02", b"\x5a").replace(b"\x5b\x01", b"\x5b")
    return out.replace(b"\xa6\x02", b"\xa5").replace(b"\xa6\x01", b"\xa6")


class LedDisplay(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._screen = 1 if stand.address is None else stand.address
        self._texts = dict[int, str]()
        self._buffer, self._free = b"", 0.0

    def powered(self, on: bool) -> None:
        if not on and not self._options.own_supply:
            self._texts.clear()
            self._stand.happened("dark")

    def heard(self, data: bytes, at_ns: int) -> None:
        self._buffer = (self._buffer + data)[-4096:]
        while (end := self._buffer.find(b"\x5a")) >= 0:
            begins = self._buffer.rfind(b"\xa5", 0, end) + 1
            frame, self._buffer = self._buffer[begins:end], self._buffer[end + 1 :]
            if begins:
                self._frame(unescaped(frame), at_ns)

    def _frame(self, frame: bytes, at_ns: int) -> None:
        if len(frame) < 21:
            return
        to = int.from_bytes(frame[:2], "little")
        if to not in (self._screen, SILENT, ANY):
            return
        error = OK
        if crc(frame[:-2]) != frame[-2:]:
            error = CHECKSUM
        elif int.from_bytes(frame[12:14], "little") == len(frame) - 16:
            error = self._command(frame[14:-2], at_ns)
        if to != SILENT and frame[16] == 1:
            self._answer(to, error)

    def _answer(self, to: int, error: int) -> None:
        sender = self._screen if to == self._screen else ANY
        header = PC.to_bytes(2, "little") + sender.to_bytes(2, "little") + bytes(6)
        body = header + b"\xfe\x02\x05\x00\xa0" + bytes((1 if error else 0, error, 0, 0))
        whole = b"\xa5" * 8 + escaped(body + crc(body)) + b"\x5a"
        meaning = {"answer": "nack" if error else "ack", "error": error}
        self._stand.say(whole, meaning, self._options.turnaround_s)

    def _command(self, data: bytes, at_ns: int) -> int:
        command = data[:2]
        if command == b"\xa2\x00":
            self._stand.asked(at_ns, ping=True)
            return OK
        if command != b"\xa3\x06":
            return NO_COMMAND
        if self._stand.now < self._free:
            return BUSY
        self._free = self._stand.now + self._options.busy_s
        return self._areas(data[5:], at_ns)

    def _areas(self, data: bytes, at_ns: int) -> int:
        gone = range(AREAS) if data[0] == 0xFF else data[1 : 1 + data[0]]
        for number in gone:
            if self._texts.pop(number, None) is not None or data[0] != 0xFF:
                self._stand.told("clear", at_ns, area=number)
        at = 1 if data[0] == 0xFF else 1 + data[0]
        count, at = data[at], at + 1
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2], "little")
            error = self._area(data[at + 2 : at + 2 + size], at_ns)
            if error:
                return error
            at += 2 + size
        return OK

    def _area(self, area: bytes, at_ns: int) -> int:
        number, size = area[9], int.from_bytes(area[23:27], "little")
        text = area[27 : 27 + size]
        if number >= AREAS or len(text) != size or size > MOST_TEXT:
            return NO_ROOM
        self._texts[number] = text.decode("gbk")
        moves = {1: "still", 3: "left"}.get(area[19], "otherwise")
        top = int.from_bytes(area[3:5], "little")
        self._stand.told("show", at_ns, area=number, text=self._texts[number], moves=moves, top=top)
        return OK


SIM = Sim(name="led_display", build=LedDisplay, options=Options, needs_address=True)
