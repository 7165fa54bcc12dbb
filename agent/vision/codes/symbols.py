"""zxing-cpp as we use it: plain QR codes only, bytes first, and what was seen but not read.

Its wider group of formats makes Micro QR codes out of noise, and its texts write
control characters out as words.
"""

from dataclasses import dataclass

import zxingcpp

from agent.vision.found import Corners, FoundCode
from agent.vision.pictures import Picture

QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


@dataclass(frozen=True, slots=True)
class Symbol:
    """``payload`` None: seen, and not read.  ``modules``: along a side, 0 where not known."""

    payload: bytes | None
    corners: Corners
    modules: int = 0

    def found(self) -> FoundCode:
        return FoundCode(self.payload or b"", self.corners)


def scan(grey: Picture) -> list[Symbol]:
    """As it is: not turned, inverted or made smaller."""
    barcodes = zxingcpp.read_barcodes(
        grey,
        formats=QR,
        try_rotate=False,
        try_invert=False,
        try_downscale=False,
        return_errors=True,
    )
    return [_symbol(one) for one in barcodes]


def pure(grey: Picture) -> Symbol | None:
    """Of a picture that is nothing but one straight clean code."""
    barcodes = zxingcpp.read_barcodes(grey, formats=QR, is_pure=True)
    return _symbol(barcodes[0]) if barcodes else None


def _symbol(barcode: zxingcpp.Barcode) -> Symbol:
    place = barcode.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    a, b, c, d = ((float(point.x), float(point.y)) for point in points)
    if not barcode.valid:
        return Symbol(None, (a, b, c, d), _modules(barcode))
    return Symbol(bytes(barcode.bytes), (a, b, c, d))


def _modules(barcode: zxingcpp.Barcode) -> int:
    """17 and 4 for each version (ISO/IEC 18004); Micro QR has other names."""
    extra = barcode.extra
    version = str(extra.get("Version", "")) if isinstance(extra, dict) else ""
    return 17 + 4 * int(version) if version.isdigit() and 1 <= int(version) <= 40 else 0
