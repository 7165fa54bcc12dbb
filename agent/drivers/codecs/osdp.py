"""OSDP, the Open Supervised Device Protocol of card readers (SIA OSDP, IEC 60839-11-5).

    [FF] 53 address length(2) control [security block] code data [MAC(4)] check

``FF`` is a mark that some send before the frame; it belongs to no length and no check.  Bit 7 of
the address says that the reader answers, 7F is everybody.  ``length``, low byte first, counts
from 53 to the last byte of the check.  Control: bits 0 and 1 the sequence number, bit 2 the check
(set: CRC-16, 1021 from 1D0F, low byte first; clear: two's complement of the sum of all bytes), bit
3 a security block: its length (itself counted), its type, its data.  Types 15 to 18 carry four
bytes of MAC behind the data, and 17 and 18 have their data enciphered.  (Packet structure in
libosdp's documents; examples of SIA OSDP, annex E, in its unit tests.)

Whether a MAC is right only the two ends can say, who have the session's keys; here it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Taken, Why
from agent.drivers.codecs.crc import crc_xmodem

MARK, SOM = 0xFF, 0x53
MOST = 1 + 1440  # mark, and the longest packet of the standard
REPLY, EVERYBODY = 0x80, 0x7F
_SEQUENCE, _CRC, _SECURE = 0x03, 0x04, 0x08
_RESERVED = 0xF0  # of the control byte; nobody sets them
_HEADER = 5
_CRC_START = 0x1D0F
_WITH_MAC = range(0x15, 0x19)
_MAC = 4


@dataclass(frozen=True, slots=True)
class Security:
    """``kind``: 11 to 14 open a secure channel, 15 to 18 speak in it."""

    kind: int
    data: bytes
    mac: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    mark: bool
    addr: int
    reply: bool
    seq: int
    crc: bool
    code: int
    data: bytes
    security: Security | None


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    marked = buffer[0] == MARK
    packet = buffer[1:] if marked else buffer
    if not packet:
        return MORE
    if packet[0] != SOM:
        return NOISE
    taken = _take_packet(packet, direction, mark=marked)
    if isinstance(taken, Got):
        return Got(taken.frame, marked + taken.used)
    return Bad(taken.why, marked + taken.used) if isinstance(taken, Bad) else MORE


def _take_packet(packet: bytes, direction: Direction | None, *, mark: bool) -> Taken[Frame]:
    if len(packet) > 1 and not _goes(direction, packet[1]):
        return NOISE
    if len(packet) < _HEADER:
        return MORE
    length, control = int.from_bytes(packet[2:4], "little"), packet[4]
    check = 2 if control & _CRC else 1
    if not _HEADER + 1 + check <= length < MOST or control & _RESERVED:
        return NOISE
    if len(packet) < length:
        return MORE
    body, told = packet[: length - check], packet[length - check : length]
    if told != _check(body, crc=check == 2):
        return Bad(Why.CHECKSUM, length)
    frame = _frame(body, mark=mark)
    return Bad(Why.FORMAT, length) if frame is None else Got(frame, length)


def _goes(direction: Direction | None, address: int) -> bool:
    """Whether such an address goes in this direction: on two wires we hear our own questions."""
    return direction is None or bool(address & REPLY) is (direction is Direction.DEVICE)


def _check(body: bytes, *, crc: bool) -> bytes:
    if crc:
        return crc_xmodem(body, _CRC_START).to_bytes(2, "little")
    return bytes((-sum(body) & 0xFF,))


def _frame(body: bytes, *, mark: bool) -> Frame | None:
    """None if its security block does not fit into it."""
    address, control = body[1], body[4]
    security, rest = None, body[_HEADER:]
    if control & _SECURE:
        block, rest = rest[: rest[0]], rest[rest[0] :]
        if len(block) < 2:
            return None
        mac = _MAC if block[1] in _WITH_MAC else 0
        security = Security(block[1], block[2:], rest[len(rest) - mac :])
        rest = rest[: len(rest) - mac] if len(rest) > mac else b""
    if not rest:
        return None
    return Frame(
        mark=mark,
        addr=address & ~REPLY,
        reply=bool(address & REPLY),
        seq=control & _SEQUENCE,
        crc=bool(control & _CRC),
        code=rest[0],
        data=rest[1:],
        security=security,
    )


def header(addr: int, seq: int, block: bytes, size: int) -> bytes:
    """What stands before the code of a command; ``size``: from the code to before the check."""
    control = seq | _CRC | (_SECURE if block else 0)
    length = _HEADER + len(block) + size + 2
    return bytes((SOM, addr)) + length.to_bytes(2, "little") + bytes((control,)) + block


def closed(body: bytes) -> bytes:
    """A command with its mark and its CRC."""
    return bytes((MARK,)) + body + _check(body, crc=True)


def show(frame: Frame) -> Mapping[str, object]:
    told: dict[str, object] = {
        "mark": frame.mark,
        "addr": frame.addr,
        "reply": frame.reply,
        "seq": frame.seq,
        "crc": frame.crc,
        "code": f"0x{frame.code:02x}",
        "data": frame.data.hex(),
    }
    if frame.security is not None:
        told["security"] = f"0x{frame.security.kind:02x}"
        told["security_data"] = frame.security.data.hex()
        told["mac"] = frame.security.mac.hex() or None
    return told


PROTOCOL = Protocol(name="osdp", take=take, show=show, most=MOST, checked=True)
