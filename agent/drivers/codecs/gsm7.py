"""The alphabets of short messages: GSM 7-bit with its extension, and UCS-2 (3GPP TS 23.038, 6.2).

Seven-bit text is packed into octets from the low bits up (6.1.2.1.1).  After a header the text
begins at a septet boundary, so up to six bits before it mean nothing.
"""

_DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_SEPTETS = {char: (code,) for code, char in enumerate(_DEFAULT) if code != _ESCAPE} | {
    char: (_ESCAPE, code) for code, char in _EXTENSION.items()
}


def septets(text: str) -> tuple[tuple[int, ...], ...] | None:
    """One or two septets for each character; None if one is not in the alphabet."""
    codes = tuple(_SEPTETS.get(char, ()) for char in text)
    return codes if all(codes) else None


def as_text(codes: bytes) -> str:
    """An escape that means nothing shows the character of the default table (23.038, 6.2.1.1)."""
    chars, escaped = list[str](), False
    for code in codes:
        if escaped:
            chars.append(_EXTENSION.get(code, _DEFAULT[code]))
        elif code != _ESCAPE:
            chars.append(_DEFAULT[code])
        escaped = code == _ESCAPE and not escaped
    return "".join(chars)


def size(count: int) -> int:
    """Octets that ``count`` septets fill."""
    return (count * 7 + 7) // 8


def pack(codes: bytes, fill: int = 0) -> bytes:
    """``fill``: bits to leave free at the beginning."""
    bits = 0
    for at, code in enumerate(codes):
        bits |= code << (fill + 7 * at)
    return bits.to_bytes((fill + 7 * len(codes) + 7) // 8, "little")


def unpack(octets: bytes, count: int, fill: int = 0) -> bytes:
    bits = int.from_bytes(octets, "little") >> fill
    return bytes(bits >> 7 * at & 0x7F for at in range(count))


def ucs2(octets: bytes) -> str:
    """As phones read it today: UTF-16.  Half a pair shows as U+FFFD."""
    return octets.decode("utf-16-be", errors="replace")
