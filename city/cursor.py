"""The cursor of a pull: opaque to readers, so that what it holds may change."""

import base64
import binascii

from city.numbers import MOST

START = 0
_VERSION = b"1:"


class BadCursor(ValueError):
    """The reader sent a cursor that was never given out."""


def written(after: int) -> str:
    """``after``: the id of the last record that the reader has; START if none."""
    return base64.urlsafe_b64encode(_VERSION + b"%d" % after).decode().rstrip("=")


def read(cursor: str) -> int:
    """BadCursor."""
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise BadCursor(f"not a cursor: {cursor[:40]!r}") from fault
    digits = plain.removeprefix(_VERSION)
    if not plain.startswith(_VERSION) or len(digits) > 19 or not digits.isdigit():
        raise BadCursor(f"not a cursor of this version: {cursor[:40]!r}")
    after = int(digits)
    if after > MOST:
        raise BadCursor(f"not a cursor: {cursor[:40]!r}")
    return after
