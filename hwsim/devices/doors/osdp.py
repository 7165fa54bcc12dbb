"""An OSDP reader (SIA OSDP 2.2): answers polls, opens a secure channel, tells cards when asked.

``FF 53 address length(2) control [block] code data [MAC] CRC``; CRC from 1D0F, low byte first.  It
answers within 10 ms.  The same sequence number again is the same question: the same answer.  A
panel that was silent for 8 s is gone, and its channel with it.  Said otherwise than in its channel,
commands are refused with NAK 06.
"""

from collections import deque
from dataclasses import dataclass
from hashlib import sha256

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.devices.doors.osdp_seal import Seal
from hwsim.orders import Order, Show
from hwsim.stand import Stand

POLL, ID, LED, BUZ, CHLNG, SCRYPT = 0x60, 0x61, 0x69, 0x6A, 0x76, 0x77
ACK, NAK, PDID, LSTATR, RAW, KEYPAD, CCRYPT, RMAC_I, BUSY = (
    *(0x40, 0x41, 0x45, 0x48, 0x50, 0x53, 0x76, 0x78),
    0x79,
)
COLOURS = ("off", "red", "green", "amber", "blue", "magenta", "cyan", "white")
NEEDS_CHANNEL, UNKNOWN = b"\x06", b"\x03"  # NAK codes
SCBK_D = bytes(range(0x30, 0x40))
GONE_S, PAUSE_S = 8.0, 0.1
SIZES = (6, 8)
TAMPER, KEYS = "tamper", "keys:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``key``: its SCBK in hexadecimal; empty: as delivered, with SCBK-D."""

    key: str = "000102030405060708090A0B0C0D0E0F"
    turnaround_s: float = 0.01
    busy_every: int = 0  # each n-th poll is answered BUSY
    forgets_s: float = 0.0  # its channel is lost so often: a reader that restarts


def crc(data: bytes) -> bytes:
    value = 0x1D0F
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value.to_bytes(2, "little")


def card_bits(number: str) -> bytes:
    """Wiegand with both parities, from the left."""
    data = f"{int(number, 16):0{4 * len(number)}b}"
    half = len(data) // 2
    even, odd = data[:half].count("1") % 2, 1 - data[half:].count("1") % 2
    bits = f"{even}{data}{odd}"
    return bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))


class Osdp(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._key = bytes.fromhex(options.key) or SCBK_D
        self._address = stand.address or 0
        self._news: deque[tuple[int, bytes, dict[str, object]]] = deque(maxlen=16)
        self._buffer, self._last, self._polled = b"", -1.0, 0
        self._seal: Seal | None = None
        self._open = False
        self._seq, self._answer = -1, b""

    def start(self) -> None:
        if self._options.forgets_s:
            self._stand.every(self._options.forgets_s, lambda: self.powered(on=False))

    def powered(self, on: bool) -> None:
        if not on:
            self._seal, self._open, self._seq = None, False, -1

    def do(self, order: Order) -> None:
        if not isinstance(order, Show):
            return
        if order.code == TAMPER:
            self._tell(LSTATR, b"\x01\x00", {"fault": TAMPER})
        elif order.code.startswith(KEYS):
            keys = order.code.removeprefix(KEYS).encode()
            self._tell(KEYPAD, bytes((0, len(keys))) + keys, {"count": len(keys)})
        else:
            self._show(order.code.upper())

    def _show(self, number: str) -> None:
        if len(number) not in SIZES or set(number) - set("0123456789ABCDEF"):
            raise CannotDo("a card is six or eight hexadecimal digits")
        digest = sha256(number.encode()).hexdigest()
        bits = (4 * len(number) + 2).to_bytes(2, "little")
        meaning: dict[str, object] = {"card": number, "card_sha256": digest}
        self._tell(RAW, b"\0\x01" + bits + card_bits(number), meaning)

    def _tell(self, code: int, data: bytes, meaning: dict[str, object]) -> None:
        """When it is polled next; what nobody fetches is forgotten with the channel."""
        self._stand.happened("shown", **meaning)
        self._news.append((code, data, meaning))

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > GONE_S:
            self.powered(on=False)
            self._news.clear()
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-300:]
        while (at := self._buffer.find(b"\x53")) >= 0:
            packet = self._buffer[at:]
            size = int.from_bytes(packet[2:4], "little")
            if len(packet) < 8 or len(packet) < size <= 256:
                return
            good = 8 <= size <= 256 and crc(packet[: size - 2]) == packet[size - 2 : size]
            self._buffer = packet[size:] if good else packet[1:]
            if good and packet[1] == self._address:
                self._packet(packet[: size - 2], at_ns)

    def _packet(self, body: bytes, at_ns: int) -> None:
        seq, secure = body[4] & 3, body[4] & 8
        if seq and seq == self._seq:
            self._stand.say(self._answer, {}, self._options.turnaround_s)
            return
        if not seq:
            self._seal, self._open = None, False
        self._seq = seq
        block, rest = (body[5 : 5 + body[5]], body[5 + body[5] :]) if secure else (b"", body[5:])
        if block and block[1] >= 0x15:
            self._sealed(body, rest, block[1], at_ns)
        else:
            self._clear(rest[0], rest[1:], at_ns)

    def _clear(self, code: int, data: bytes, at_ns: int) -> None:
        own = bytes((self._key != SCBK_D,))
        if code == ID:
            self._stand.asked(at_ns, code=code)
            self._say(PDID, bytes.fromhex("BEBAFE0101AFBEADDE010203"))
        elif code == CHLNG and len(data) == 8:
            mine = self._stand.dice.randbytes(8)
            self._seal = Seal(self._key, data, mine)
            told = bytes.fromhex("BEBAFE0101AFBEAD") + mine + self._seal.cryptogram
            self._say(CCRYPT, told, block=b"\x03\x12" + own)
        elif code == SCRYPT and self._seal is not None:
            self._open = self._seal.accepts(data)
            self._say(RMAC_I, self._seal.reply, block=b"\x03\x14" + bytes((self._open,)))
        else:
            self._say(NAK, NEEDS_CHANNEL)

    def _sealed(self, body: bytes, rest: bytes, kind: int, at_ns: int) -> None:
        seal = self._seal
        if seal is None or not self._open:
            self._say(NAK, NEEDS_CHANNEL)
            return
        data = seal.read(rest[1:-4]) if kind == 0x17 else b""
        if not seal.heard(body[:-4], rest[-4:]):
            self._seal, self._open = None, False
            self._say(NAK, NEEDS_CHANNEL)
            return
        self._command(rest[0], data, at_ns)

    def _command(self, code: int, data: bytes, at_ns: int) -> None:
        if code == POLL:
            self._poll()
        elif code == LED and len(data) == 14:
            brief = data[2] == 2
            colour = COLOURS[data[5] if brief else data[12]]
            self._stand.told("led", at_ns, colour=colour, brief=brief)
            self._say_sealed(ACK, b"", {})
        elif code == BUZ and len(data) == 5:
            self._stand.told("beep", at_ns, times=data[4])
            self._say_sealed(ACK, b"", {})
        else:
            self._say_sealed(NAK, UNKNOWN, {})

    def _poll(self) -> None:
        self._polled += 1
        if self._options.busy_every and self._polled % self._options.busy_every == 0:
            self._seq = -1  # it did not take the question
            self._say(BUSY, b"", seq=0)
            return
        code, data, meaning = self._news.popleft() if self._news else (ACK, b"", {})
        self._say_sealed(code, data, meaning)

    def _say(self, code: int, data: bytes, block: bytes = b"", seq: int | None = None) -> None:
        head = self._head(block, 1 + len(data), max(self._seq, 0) if seq is None else seq)
        body = head + bytes((code,)) + data
        self._send(body, {})

    def _say_sealed(self, code: int, data: bytes, meaning: dict[str, object]) -> None:
        if self._seal is None:
            return
        text = self._seal.write(data) if data else b""
        head = self._head(bytes((2, 0x18 if data else 0x16)), 5 + len(text), self._seq)
        body = head + bytes((code,)) + text
        self._send(body + self._seal.sign(body), meaning)

    def _head(self, block: bytes, size: int, seq: int) -> bytes:
        length = 5 + len(block) + size + 2
        control = seq | 4 | (8 if block else 0)
        address = self._address | 0x80
        return bytes((0x53, address)) + length.to_bytes(2, "little") + bytes((control,)) + block

    def _send(self, body: bytes, meaning: dict[str, object]) -> None:
        self._answer = b"\xff" + body + crc(body)
        self._stand.say(self._answer, meaning, self._options.turnaround_s)


SIM = Sim(name="osdp", build=Osdp, options=Options, orders=(Show,), needs_address=True)
