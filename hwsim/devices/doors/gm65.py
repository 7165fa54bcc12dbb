"""A GM65/GM861 code reader: what it reads comes raw, with CR behind it; commands get acks between.

Command ``7E 00 type len addr16 data crc16``, answer ``02 00 status len data crc16``; CRC-16 with
polynomial 1021 from 0 over type to data, or ``AB CD`` instead of it.  Types: 07 read (data: how
many), 08 write, 09 save.  A wrong check or a pause over 400 ms is answered by silence.
Source: GM65 manual section 8 (bezahl-online/gm65); Tasmota's GM861 table.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.orders import Order, Show
from hwsim.stand import Stand

READ, WRITE, SAVE = 7, 8, 9
BAUD_ZONE = 0x2A
ANY_CHECK = b"\xab\xcd"
PAUSE_S = 0.4
TAILS = {"cr": b"\r", "crlf": b"\r\n", "tab": b"\t", "none": b""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    tail: Literal["cr", "crlf", "tab", "none"] = "cr"
    turnaround_s: float = 0.01


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
        self._zones = {BAUD_ZONE: 0x39, BAUD_ZONE + 1: 0x01}  # divisor 0139 = 9600 baud
        self._buffer, self._last = b"", -1.0

    def do(self, order: Order) -> None:
        if isinstance(order, Show):
            code = order.code.encode()
            digest = hashlib.sha256(code).hexdigest()
            self._stand.happened("shown", code=order.code, code_sha256=digest)
            meaning = {"code": order.code, "code_sha256": digest}
            self._stand.say(code + TAILS[self._options.tail], meaning)

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
        if kind == READ:
            self._stand.asked(at_ns, zone=zone, count=data[0])
            self._reply(bytes(self._zones.get(zone + n, 0) for n in range(data[0])), "zone")
        elif kind in (WRITE, SAVE):
            self._stand.told(
                "write" if kind == WRITE else "save", at_ns, zone=zone, data=data.hex()
            )
            if kind == WRITE:
                self._zones |= {zone + n: byte for n, byte in enumerate(data)}
            self._reply(b"\x00", "ack")
        return True

    def _reply(self, data: bytes, what: str) -> None:
        body = bytes((0, len(data))) + data
        self._stand.say(
            b"\x02\x00" + body + crc(body), {what: data.hex()}, self._options.turnaround_s
        )

    def flood(self) -> Sequence[bytes]:
        return [f"LINLI-FLOOD-{n:06d}\r".encode() for n in range(4096)]


SIM = Sim(name="gm65", build=Gm65, options=Options, orders=(Show,))
