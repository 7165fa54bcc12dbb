"""Short messages as the network sees them, from 3GPP TS 23.040 and 23.038.

Only what a network does: it reads a SUBMIT, and writes DELIVER and STATUS-REPORT.
"""

from dataclasses import dataclass

SMSC = bytes.fromhex("0891683108100005F0")  # +8613800100500, Beijing
SCTS = bytes.fromhex("62216122840423")  # 2026-12-16 22:48:40 +08:00
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = {
    "\n": "\f", "e": "€", "(": "{", ")": "}", "/": "\\",
    "<": "[", "=": "~", ">": "]", "¡": "|", "Λ": "^",
}  # fmt: skip


class BadPdu(Exception):
    """+CMS ERROR: 304."""


@dataclass(frozen=True)
class Submitted:
    """``part``: reference, how many, which; None for a message that is whole."""

    number: str
    report: bool
    part: tuple[int, int, int] | None
    septets: bytes | None
    octets: bytes

    def text(self) -> str:
        if self.septets is None:
            return self.octets.decode("utf-16-be")
        out, escaped = "", False
        for septet in self.septets:
            char = BASIC[septet]
            if escaped:
                out += ESCAPED.get(char, char)
            elif char != "\x1b":
                out += char
            escaped = char == "\x1b" and not escaped
        return out


def swap(octets: bytes) -> str:
    return "".join(f"{octet % 16:X}{octet // 16:X}" for octet in octets)


def submitted(text: bytes, wanted: int | None) -> Submitted:
    """What was typed: hexadecimal, SMSC first, ``wanted`` octets behind that.  BadPdu."""
    try:
        pdu = bytes.fromhex(text.decode("ascii"))
        if length(pdu) != wanted:
            raise BadPdu
        return _submitted(pdu[1 + pdu[0] :])
    except (IndexError, ValueError) as wrong:
        raise BadPdu from wrong


def _submitted(tpdu: bytes) -> Submitted:
    first, digits, kind = tpdu[0], tpdu[2], tpdu[3]
    if first & 3 != 1 or not 0 < digits <= 20:
        raise BadPdu
    at = 4 + (digits + 1) // 2
    number = ("+" if kind == 0x91 else "") + swap(tpdu[4:at])[:digits]
    coding = tpdu[at + 1]
    at += 2 + (0, 7, 1, 7)[first >> 3 & 3]
    length, data = tpdu[at], tpdu[at + 1 :]
    if len(data) != (length if coding == 8 else (length * 7 + 7) // 8) or len(data) > 140:
        raise BadPdu
    head = data[: data[0] + 1] if first & 0x40 else b""
    report, part = bool(first & 0x20), part_of(head)
    if coding == 8:
        return Submitted(number, report, part, None, data[len(head) :])
    stream = "".join(f"{octet:08b}"[::-1] for octet in data)
    septets = bytes(int(stream[7 * n : 7 * n + 7][::-1], 2) for n in range(length))
    return Submitted(number, report, part, septets[-(-8 * len(head) // 7) :], b"")


def part_of(head: bytes) -> tuple[int, int, int] | None:
    if head[1:3] == b"\x00\x03":
        return head[3], head[4], head[5]
    if head[1:3] == b"\x08\x04":
        return head[3] * 256 + head[4], head[5], head[6]
    return None


def address(number: str) -> bytes:
    digits = number.lstrip("+")
    padded = digits + "F" * (len(digits) % 2)
    pairs = bytes(int(padded[n + 1] + padded[n], 16) for n in range(0, len(padded), 2))
    return bytes((len(digits), 0x91 if number.startswith("+") else 0xA1)) + pairs


def delivers(number: str, text: str, reference: int) -> list[bytes]:
    """UCS-2, in parts of 67 where one is not enough; SMSC first, as modems write it."""
    octets = text.encode("utf-16-be")
    size = 140 if len(octets) <= 140 else 134
    pieces = [octets[n : n + size] for n in range(0, len(octets), size)]
    made = []
    for which, piece in enumerate(pieces, 1):
        several = len(pieces) > 1
        head = bytes((5, 0, 3, reference & 255, len(pieces), which)) if several else b""
        body = address(number) + b"\x00\x08" + SCTS + bytes((len(head) + len(piece),))
        made.append(SMSC + bytes((0x44 if several else 0x04,)) + body + head + piece)
    return made


def report(reference: int, number: str, status: int) -> bytes:
    tail = SCTS + SCTS + bytes((status,))
    return SMSC + bytes((0x06, reference)) + address(number) + tail


def length(pdu: bytes) -> int:
    """Octets without the SMSC."""
    return len(pdu) - 1 - pdu[0]
