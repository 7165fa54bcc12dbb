"""D-Bus values to bytes and back, by their signature.

Source: D-Bus Specification 0.42, "Marshaling (Wire Format)".  Alignment counts from the beginning
of the message; a body begins at a multiple of 8, so it can be built alone.  ``ay`` is bytes, an
array a list, ``a{..}`` a dict, a struct a tuple, a variant a ``Variant``.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

FIXED = {  # code: struct's code, which has the same size, and the alignment
    "y": ("B", 1),
    "b": ("I", 4),
    "n": ("h", 2),
    "q": ("H", 2),
    "i": ("i", 4),
    "u": ("I", 4),
    "x": ("q", 8),
    "t": ("Q", 8),
    "d": ("d", 8),
    "h": ("I", 4),
}
OTHERS = {"s": 4, "o": 4, "g": 1, "v": 1, "a": 4, "(": 8, "{": 8}
ALIGNS = {code: align for code, (_, align) in FIXED.items()} | OTHERS
Value = Any  # what the signature beside it says
CLOSES = {"(": ")", "{": "}"}


class Malformed(ValueError):
    """Bytes or a signature that D-Bus does not allow."""


@dataclass(frozen=True, slots=True)
class Variant:
    signature: str  # of one complete type
    value: Value


@lru_cache(maxsize=256)
def complete(signature: str) -> tuple[str, ...]:
    """``a{sv}u`` is ``a{sv}`` and ``u``."""
    kinds, at = list[str](), 0
    while at < len(signature):
        end = _end(signature, at)
        kinds.append(signature[at:end])
        at = end
    return tuple(kinds)


def _end(signature: str, at: int) -> int:
    while at < len(signature) and signature[at] == "a":
        at += 1
    if at >= len(signature) or signature[at] not in ALIGNS:
        raise Malformed(f"signature {signature!r}")
    closes = CLOSES.get(signature[at])
    at += 1
    if closes and signature[at : at + 1] == closes:
        raise Malformed(f"nothing is inside of {signature!r}")
    while closes and signature[at : at + 1] != closes:
        at = _end(signature, at)
    return at + 1 if closes else at


def pack(signature: str, values: Iterable[Any], *, into: bytearray | None = None) -> bytearray:
    """``values`` after what ``into`` holds already, little-endian."""
    out = bytearray() if into is None else into
    for kind, value in zip(complete(signature), values, strict=True):
        _put(out, kind, value)
    return out


def pad(out: bytearray, align: int) -> None:
    out += bytes(-len(out) % align)


def _put(out: bytearray, kind: str, value: Value) -> None:
    code = kind[0]
    pad(out, ALIGNS[code])
    if code in FIXED:
        out += struct.pack("<" + FIXED[code][0], value)
    elif code in "so":
        text = str(value).encode()
        out += struct.pack("<I", len(text)) + text + b"\0"
    elif code == "g":
        out += bytes((len(value),)) + str(value).encode() + b"\0"
    elif code == "v":
        _put(out, "g", value.signature)
        _put(out, value.signature, value.value)
    elif code == "a":
        _put_array(out, kind[1:], value)
    else:
        for inner, part in zip(complete(kind[1:-1]), value, strict=True):
            _put(out, inner, part)


def _put_array(out: bytearray, inner: str, value: Value) -> None:
    at = len(out)
    out += bytes(4)
    pad(out, ALIGNS[inner[0]])
    begins = len(out)
    if inner == "y":
        out += bytes(value)
    else:
        for each in value.items() if isinstance(value, Mapping) else value:
            _put(out, inner, each)
    struct.pack_into("<I", out, at, len(out) - begins)


class Reader:
    """Values out of ``data``; ``order`` is struct's sign of the byte order.  Raises Malformed."""

    def __init__(self, data: bytes, order: str = "<", at: int = 0) -> None:
        self._data, self._order, self.at = data, order, at

    def unpack(self, signature: str) -> tuple[Any, ...]:
        try:
            return tuple(self._get(kind) for kind in complete(signature))
        except (struct.error, UnicodeDecodeError, IndexError, TypeError, RecursionError) as wrong:
            raise Malformed(f"{signature}: {wrong}") from wrong

    def skip_to(self, align: int) -> None:
        self.at += -self.at % align

    def _get(self, kind: str) -> Value:
        code = kind[0]
        self.skip_to(ALIGNS[code])
        if code in FIXED:
            value = self._fixed(FIXED[code][0])
            return bool(value) if code == "b" else value
        if code in "so":
            return self._text(self._fixed("I"))
        if code == "g":
            return self._text(self._fixed("B"))
        if code == "v":
            signature = self._get("g")
            if len(complete(signature)) != 1:
                raise Malformed(f"a variant of {signature!r}")
            return Variant(signature, self._get(signature))
        if code == "a":
            return self._array(kind[1:])
        return tuple(self._get(inner) for inner in complete(kind[1:-1]))

    def _fixed(self, code: str) -> int:
        (value,) = struct.unpack_from(self._order + code, self._data, self.at)
        self.at += struct.calcsize(code)
        return int(value) if code != "d" else value

    def _text(self, size: int) -> str:
        if self.at + size >= len(self._data):
            raise IndexError("text goes past the end")
        text = self._data[self.at : self.at + size].decode()
        self.at += size + 1
        return text

    def _array(self, inner: str) -> Value:
        size = self._fixed("I")
        self.skip_to(ALIGNS[inner[0]])
        ends = self.at + size
        if ends > len(self._data):
            raise IndexError("an array goes past the end")
        if inner == "y":
            self.at = ends
            return self._data[ends - size : ends]
        values = []
        while self.at < ends:
            values.append(self._get(inner))
        return dict(values) if inner[0] == "{" else values
