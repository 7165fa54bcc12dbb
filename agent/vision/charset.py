"""The text that the bytes of a code are, for people to read.

A QR code seldom says its character set (ISO/IEC 18004, 7.3.2 to 7.3.6): writers use UTF-8, old
ones Shift JIS, which the standard came from and whose kanji have a mode of their own, and Chinese
ones GB 2312.  What only looks like text is for showing.  Decisions are made about bytes.
"""

import unicodedata
from typing import Final

LINES: Final = frozenset("\t\r\n")
MOST: Final = 7089
"""Digits in the largest QR code: no payload is longer (same, table 7)."""
ENOUGH: Final = 3
"""Letters beyond ASCII: two of them are what any few bytes look like."""
VOICED: Final = b"\xde\xdf"
"""Half-width katakana's marks, each behind its letter; in GB 2312 the last but five of a row."""


def text_of(payload: bytes) -> str | None:
    """UTF-8 with anything in it; else text in one of the older sets, if it looks like one."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        return _older(payload) if len(payload) <= MOST else None


def _older(payload: bytes) -> str | None:
    sets = ("gb2312", "cp932") if _is_paired(payload) else ("cp932",)
    for name in sets:
        try:
            text = payload.decode(name)
        except UnicodeDecodeError:
            continue
        return text if _is_likely(text) else None
    return None


def _is_likely(text: str) -> bool:
    foreign = sum(not letter.isascii() for letter in text)
    return foreign >= ENOUGH and all(map(_is_written, text))


def _is_paired(payload: bytes) -> bool:
    """Whether no sign of half-width katakana is there: their bytes make Chinese pairs as well."""
    return sum(payload.count(mark) for mark in VOICED) * 4 < sum(byte > 0x7F for byte in payload)


def _is_written(letter: str) -> bool:
    """No control character, and none that the set leaves to its users."""
    return letter in LINES or unicodedata.category(letter) not in {"Cc", "Co", "Cn"}
