"""Decimal text to JSON numbers without inventing digits."""

from decimal import Decimal


def number(value: Decimal) -> int | float:
    """The nearest JSON number: 9400, 0.32, 12.34.  Whole values are integers."""
    whole = int(value)
    return whole if whole == value else float(value)
