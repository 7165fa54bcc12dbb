"""Texts for devices that know Chinese as GBK."""

_UNKNOWN = b"?"


def as_gbk(text: str, *, instead: bytes = _UNKNOWN) -> tuple[bytes, int]:
    """``text`` on one line, and how many characters stand as ``instead``: GBK has them not."""
    written, replaced = bytearray(), 0
    for char in " ".join(text.split()):
        try:
            written += char.encode("gbk")
        except UnicodeEncodeError:
            written += instead
            replaced += 1
    return bytes(written), replaced
