"""Numbers that strangers sent: whole, within bounds, or not there at all."""

MOST = 2**63 - 1
"""What a column of SQLite and of PostgreSQL holds (``bigint``)."""
MOST_EPOCH = 2**53
"""Of an epoch: what every JSON reader keeps exactly, with room for the next one above it."""


def whole(value: object, low: int = 0, high: int = MOST) -> int | None:
    """``value`` if it is a whole number within the bounds; None for all else, true and 3.0 too."""
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    return None


def text(value: object, most: int) -> str | None:
    """``value`` if it is a text of 1 to ``most`` characters that any database can keep."""
    if not isinstance(value, str) or not 0 < len(value) <= most or "\0" in value:
        return None
    return value if value.isascii() or _is_unicode(value) else None


def _is_unicode(value: str) -> bool:
    """JSON can spell half of a surrogate pair, and no database can keep it."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
