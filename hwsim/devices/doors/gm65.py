"""A GM65/GM861 code reader: what it reads comes raw, with CR behind it; commands get acks between.

Command ``7E 00 type len addr16 data crc16``, answer ``02 00 status len data crc16``; CRC-16 with
polynomial 1021 from 0 over type to data, or ``AB CD`` instead of it.  Types: 07 read (data: how
many), 08 write, 09 save.  A wrong check or a pause over 400 ms is answered by silence.
Source: GM65 manual section 8 (bezahl-online/gm65); Tasmota's GM861 table.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.orders import Order, Show
from hwsim.stand import Stand

READ, WRITE, SAVE = 7, 8, 9
MODE_ZONE, TRIGGER_ZONE, CODES_ZONE, BAUD_ZONE, TAIL_ZONE, VERSION_ZONE = 0, 2, 3, 0x2A, 0x60, 0xE0
ANY_CHECK = b"\xab\xcd"
PAUSE_S = 0.4
TAILS = {"cr": (0b00, b"\r"), "crlf": (0b01, b"\r\n"), "tab": (0b10, b"\t"), "none": (0b11, b"")}
SETTING = re.compile(r"@ZONE([0-9A-F]{4})=([0-9A-F]{2})")
"""A setting code of this world: the maker's own have another text, and the same effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    tail: Literal["cr", "crlf", "tab", "none"] = "cr"
    turnaround_s: float = 0.01
    frozen: tuple[int, ...] = ()  # zones that take no value, though the module says done
    refuses: bool = False  # Newland EM3095: an unknown zone is answered with status 03


def crc(data: bytes) -> bytes:
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value.to_bytes(2, "big")


class Gm65(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        kind, _ = TAILS[options.tail]
        self._zones = {MODE_ZONE: 0xD4, CODES_ZONE: 0, TAIL_ZONE: kind << 5 | (kind != 0b11)}
        self._zones |= {BAUD_ZONE: 0x39, BAUD_ZONE + 1: 0x01}  # divisor 0139 = 9600 baud
        self._zones |= dict(enumerate(b"\x02\x64\x86\x14\x06\x18", VERSION_ZONE))
        self._flash = dict(self._zones)
        self._buffer, self._last = b"", -1.0

    def powered(self, on: bool) -> None:
        if on:
            self._zones = dict(self._flash)

    def do(self, order: Order) -> None:
        if not isinstance(order, Show):
            return
        setting = SETTING.fullmatch(order.code)
        if setting and not self._zones[CODES_ZONE] & 0b10:
            self._zones[int(setting[1], 16)] = int(setting[2], 16)
            self._stand.happened("reprogrammed", zone=int(setting[1], 16))
            return
        code = order.code.encode()
        digest = hashlib.sha256(code).hexdigest()
        self._stand.happened("shown", code=order.code, code_sha256=digest)
        meaning = {"code": order.code, "code_sha256": digest}
        self._stand.say(code + self._tail(), meaning)

    def _tail(self) -> bytes:
        byte = self._zones[TAIL_ZONE]
        tails = dict(TAILS.values())
        return tails[byte >> 5 & 0b11] if byte & 1 else b""

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-300:]  # the longest command has 255 bytes of data
        while (at := self._buffer.find(b"\x7e\x00")) >= 0:
            frame = self._buffer[at:]
            if len(frame) < 9 or len(frame) < 8 + frame[3]:
                return
            size = 8 + frame[3]
            understood = self._command(frame[:size], at_ns)
            self._buffer = frame[size:] if understood else frame[2:]

    def _command(self, frame: bytes, at_ns: int) -> bool:
        body, check = frame[2:-2], frame[-2:]
        if check not in (ANY_CHECK, crc(body)):
            return False
        kind, zone, data = body[0], int.from_bytes(body[2:4], "big"), body[4:]
        if self._options.refuses and zone not in self._zones and kind != SAVE:
            self._reply(b"\x00", "refused", 3)
        elif kind == READ:
            self._stand.asked(at_ns, zone=zone, count=data[0])
            self._reply(bytes(self._zones.get(zone + n, 0) for n in range(data[0])), "zone")
        elif kind in (WRITE, SAVE):
            what = "write" if kind == WRITE else "save"
            self._stand.told(what, at_ns, zone=zone, data=data.hex())
            self._store(zone, data if kind == WRITE else b"")
            self._reply(b"\x00", "ack")
        return True

    def _store(self, zone: int, data: bytes) -> None:
        """Nothing to write is a save."""
        fresh = {zone + n: byte for n, byte in enumerate(data)}
        self._zones |= {at: byte for at, byte in fresh.items() if at not in self._options.frozen}
        if not data:
            self._flash = dict(self._zones)

    def _reply(self, data: bytes, what: str, status: int = 0) -> None:
        body = bytes((status, len(data))) + data
        self._stand.say(
            b"\x02\x00" + body + crc(body), {what: data.hex()}, self._options.turnaround_s
        )

    def flood(self) -> Sequence[bytes]:
        return [f"LINLI-FLOOD-{n:06d}\r".encode() for n in range(4096)]


SIM = Sim(name="gm65", build=Gm65, options=Options, orders=(Show,))
