"""The size of a JPEG, read from its head: before anything is unpacked (ITU-T T.81, annex B)."""

_SOI, _SOS, _EOI, _TEM = 0xD8, 0xDA, 0xD9, 0x01
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0-15 without DHT, JPG, DAC
_RESTARTS = frozenset(range(0xD0, 0xD8))
_MOST_SEGMENTS = 256  # before the frame header; cameras have about ten


class NoJpeg(ValueError):
    """No JPEG, or one whose head is broken."""


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels.  NoJpeg.  Looks at no more than the heads of 256 segments."""
    if data[:2] != bytes((0xFF, _SOI)):
        raise NoJpeg("it does not begin as a JPEG")
    at = 2
    for _ in range(_MOST_SEGMENTS):
        at, marker = _marker(data, at)
        if marker in _FRAMES:
            return _size(data, at)
        if marker in _RESTARTS or marker == _TEM:
            continue
        if marker in (_SOS, _EOI, _SOI):
            break
        at += _number(data, at)
    raise NoJpeg("no frame header")


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Where it ends, and the marker; any number of fill bytes may come before it (B.1.1.2)."""
    if _byte(data, at) != 0xFF:
        raise NoJpeg("a segment ends where no marker is")
    begin = at
    while (code := _byte(data, at)) == 0xFF and at - begin < _MOST_SEGMENTS:
        at += 1
    return at + 1, code


def _size(data: bytes, at: int) -> tuple[int, int]:
    """Of a frame header: length 2, precision 1, lines 2, samples per line 2 (B.2.2)."""
    return _number(data, at + 5), _number(data, at + 3)


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise NoJpeg("its head is cut off")
    return data[at]


def _number(data: bytes, at: int) -> int:
    return _byte(data, at) << 8 | _byte(data, at + 1)
