"""Pieces of at most an MTU: one byte of number before each, 0x80 added on the last.

Written from docs/open-lock-profile.md, Pieces.
"""

LONGEST = 214  # bytes of a message: DATA with 192 of plaintext


def pieces(message: bytes, room: int) -> list[bytes]:
    """``room``: bytes of one indication, 20 at the least."""
    parts = [message[at : at + room - 1] for at in range(0, len(message), room - 1)]
    headers = [*range(len(parts) - 1), 0x80 | len(parts) - 1]
    return [bytes((header,)) + part for header, part in zip(headers, parts, strict=True)]


class Pile:
    """Pieces of one link, put together.  ``add`` returns a message once it is whole."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._last_piece = self._last_message = b""

    def add(self, piece: bytes) -> bytes | None:
        if piece == self._last_piece:
            return None  # an exact repeat counts once
        self._last_piece = piece
        if len(piece) < 2:
            self._parts = []
            return None
        number, done = piece[0] & 0x7F, piece[0] >= 0x80
        if number == 0:
            self._parts = []
        elif number != len(self._parts):
            self._parts = []
            return None
        self._parts.append(piece[1:])
        return self._whole(done)

    def _whole(self, done: bool) -> bytes | None:
        message = b"".join(self._parts)
        if len(message) > LONGEST:
            self._parts = []
        if not done or len(message) > LONGEST:
            return None
        self._parts = []
        if message == self._last_message:
            return None
        self._last_message = message
        return message
