"""A scan module that sends each code as a line, with a maker's dialect of commands between.

``newland`` ``~ 01 0000 @text; 03``, echoed from ``02 01`` with ACK; ``honeywell``
``16 M 0D text.``, echoed with ACK before the period; ``de2120`` ``^_^text.``, answered with one
byte; ``ssi`` (Grow GM67) packets with a sum, of which the first only wakes it.  Sources: Newland
FM530 and Honeywell N3680 user manuals; SparkFun's DE2120 library; Doridian/GM67.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.orders import Order, Show
from hwsim.stand import Stand

TAILS = {"cr": b"\r", "crlf": b"\r\n", "lf": b"\n", "none": b""}
ACK, ENQ, NAK = b"\x06", b"\x05", b"\x15"
HEADS = {"newland": b"~\x010000", "honeywell": b"\x16M\r", "de2120": b"^_^"}
ENDS = {"newland": b";\x03", "honeywell": b"", "de2120": b"."}
SLEEP_S = 5.0  # a GM67 that heard nothing for so long sleeps


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    dialect: Literal["none", "newland", "honeywell", "de2120", "ssi"] = "none"
    tail: Literal["cr", "crlf", "lf", "none"] = "cr"
    turnaround_s: float = 0.02
    says_no: bool = False  # every setting is refused
    pause_s: float = 0.0  # in the middle of each code


class ScanLine(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._tail = TAILS[options.tail]
        self._settings = {"TSUSET": "0A", "TSUENA": "0", "QRYPDN": "FM430", "232BAD": "5"}
        self._buffer, self._last = b"", -SLEEP_S

    def do(self, order: Order) -> None:
        if not isinstance(order, Show):
            return
        code = order.code.encode()
        digest = hashlib.sha256(code).hexdigest()
        self._stand.happened("shown", code=order.code, code_sha256=digest)
        meaning = {"code": order.code, "code_sha256": digest}
        half = len(code) // 2 if self._options.pause_s else 0
        if half:
            self._stand.say(code[:half], {})
        self._stand.say(code[half:] + self._tail, meaning, self._options.pause_s)

    def heard(self, data: bytes, at_ns: int) -> None:
        asleep = self._stand.now - self._last > SLEEP_S
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-300:]
        if self._options.dialect == "ssi":
            self._packets(at_ns, asleep=asleep)
        elif self._options.dialect != "none":
            self._texts(at_ns)

    def _texts(self, at_ns: int) -> None:
        head, end = HEADS[self._options.dialect], ENDS[self._options.dialect]
        body = rb"([ -~]*?[.!])" if self._options.dialect == "honeywell" else rb"([ -~]*?)"
        asked = re.compile(re.escape(head) + body + re.escape(end))
        while match := asked.search(self._buffer):
            self._buffer = self._buffer[match.end() :]
            self._asked(match[1].decode(), at_ns)

    def _asked(self, text: str, at_ns: int) -> None:
        name, value = re.fullmatch(r"[@#]?(\w{6}|SCAN|SLEEP)(.*?)[.!]?", text, re.DOTALL).groups()  # type: ignore[union-attr]
        if value in ("*", "?") or name == "QRYPDN":
            self._stand.asked(at_ns, setting=name)
            value = self._settings.get(name, "")
        elif not self._options.says_no:
            self._stand.told("set", at_ns, setting=name, value=value)
            self._set(name, value)
        self._answer(text, name, value)

    def _set(self, name: str, value: str) -> None:
        self._settings[name] = value
        if name == "VSUFCR" or (self._settings["TSUENA"], self._settings["TSUSET"]) == ("1", "0D"):
            self._tail = b"\r"
        elif name == "SUFCA2":
            self._tail = b""

    def _answer(self, text: str, name: str, value: str) -> None:
        mark = NAK if self._options.says_no else ACK
        told = f"{name}{value}".encode()
        after = self._options.turnaround_s
        if self._options.dialect == "newland":
            store = text[:1].encode()
            self._stand.say(b"\x02\x010000" + store + told + mark + b";\x03", {"said": name}, after)
        elif self._options.dialect == "honeywell":
            self._stand.say(told + mark + text[-1:].encode(), {"said": name}, after)
        else:
            self._stand.say(mark, {"said": name}, after)

    def _packets(self, at_ns: int, *, asleep: bool) -> None:
        while len(self._buffer) > 4 and len(self._buffer) >= self._buffer[0] + 2:
            size = self._buffer[0]
            body, check = self._buffer[:size], self._buffer[size : size + 2]
            if size < 4 or check != packet_sum(body):
                self._buffer = self._buffer[1:]
                continue
            self._buffer = self._buffer[size + 2 :]
            if not asleep:
                self._done(body, at_ns)

    def _done(self, body: bytes, at_ns: int) -> None:
        self._stand.told("set", at_ns, op=f"{body[1]:02x}", data=body[4:].hex())
        no = self._options.says_no
        reply = b"\x05\xd1\x00\x00\x02" if no else b"\x04\xd0\x00\x00"
        self._stand.say(reply + packet_sum(reply), {"said": "ack"}, self._options.turnaround_s)

    def flood(self) -> Sequence[bytes]:
        return [f"LINLI-FLOOD-{n:06d}\r".encode() for n in range(4096)]


def packet_sum(body: bytes) -> bytes:
    return (-sum(body) & 0xFFFF).to_bytes(2, "big")


SIM = Sim(name="scan_line", build=ScanLine, options=Options, orders=(Show,))
