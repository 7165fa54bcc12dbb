"""The parts of a ``multipart/x-mixed-replace`` stream: what cameras call MJPEG over HTTP.

Sans I/O, and the same parts come out whatever portions the bytes come in.  Cameras differ from
RFC 2046 in small ways, and all of these are taken: a boundary whose parameter has the dashes of
the delimiter already, lines that end with LF alone, no Content-Length, one that is too small, and
no line end between a part and the next delimiter when there is a Content-Length.
"""

import re

MOST_PART = 8 * 2**20  # bytes: a 4K JPEG of high quality is about 4 MB
MOST_HEAD = 8192  # bytes of a part's headers; cameras send about 100
MOST_BETWEEN = 65_536  # bytes that belong to no part: more than a camera with a wrong length errs
MOST_BOUNDARY = 70  # characters (RFC 2046, 5.1.1)
_DASHES = 10  # before a boundary, at most

_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)


class BrokenStream(ValueError):
    """What comes is no such stream, or goes beyond a bound."""


def boundary_of(content_type: str) -> bytes | None:
    """Of a Content-Type header, without its leading dashes; None if it names none."""
    match = _BOUNDARY.search(content_type)
    text = (match[1] or match[2] or "").strip() if match else ""
    name = text.lstrip("-")
    return name.encode("ascii", "replace") if 0 < len(name) <= MOST_BOUNDARY else None


class Parts:
    """Feed it bytes, get the bodies of the parts that are complete."""

    def __init__(self, boundary: bytes) -> None:
        """``boundary``: as ``boundary_of`` tells it."""
        self._delimiter = re.compile(rb"\r?\n-{2,%d}%s" % (_DASHES, re.escape(boundary)))
        self._line = re.compile(rb"-{2,%d}%s(--)?[ \t]*\Z" % (_DASHES, re.escape(boundary)))
        self._longest = 2 + _DASHES + len(boundary)  # bytes of a delimiter
        self._buffer = bytearray()
        self._step = self._between
        self._spent = 0  # bytes of this head, or between two parts
        self._length = 0  # of the part's body, as its head says; 0: it does not
        self._scanned = 0  # of the buffer, in vain
        self._found: list[bytes] = []
        self.over = False
        """The stream's last delimiter has come."""

    def feed(self, data: bytes) -> list[bytes]:
        """BrokenStream; then it can be fed no more."""
        self._buffer += data
        while not self.over and self._step():
            pass
        found, self._found = self._found, []
        return found

    def _between(self) -> bool:
        line = self._next_line(MOST_BETWEEN)
        if line is None:
            return False
        match = self._line.match(line)
        if match is not None:
            self.over = match[1] is not None
            self._spent, self._length, self._step = 0, 0, self._head
        return True

    def _head(self) -> bool:
        line = self._next_line(MOST_HEAD)
        if line is None:
            return False
        if not line:
            self._spent, self._scanned = 0, 0
            self._step = self._measured if self._length else self._scan
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            self._length = _length(value.strip())
        return True

    def _measured(self) -> bool:
        return len(self._buffer) >= self._length and self._part_is(self._length)

    def _scan(self) -> bool:
        most = MOST_PART + self._longest
        match = self._delimiter.search(self._buffer, self._scanned, most)
        if match is not None:
            return self._part_is(match.start())
        if len(self._buffer) >= most:
            raise BrokenStream(f"a part of more than {MOST_PART} bytes")
        self._scanned = max(0, len(self._buffer) - self._longest)
        return False

    def _part_is(self, length: int) -> bool:
        if length:
            self._found.append(bytes(self._buffer[:length]))
        del self._buffer[:length]
        self._step = self._between
        return True

    def _next_line(self, most: int) -> bytes | None:
        """Without its end; None while it is not complete."""
        room = most - self._spent
        at = self._buffer.find(b"\n", 0, room)
        if at < 0:
            if len(self._buffer) >= room:
                raise BrokenStream(f"no delimiter or end of a head within {most} bytes")
            return None
        line = bytes(self._buffer[:at]).rstrip(b"\r")
        del self._buffer[: at + 1]
        self._spent += at + 1
        return line


def _length(text: bytes) -> int:
    """BrokenStream unless it is a number of bytes that we are ready to take."""
    if not text.isdigit() or len(text) > 12 or int(text) > MOST_PART:
        raise BrokenStream("a Content-Length that is no number or too large")
    return int(text)
