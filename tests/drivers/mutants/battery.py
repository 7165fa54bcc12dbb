"""Faults in the codec of ``battery``."""

from tests.drivers.mutants.card import Card

BATTERY = (
    ("FULL: Final = 100", "FULL: Final = 99"),
    ("FULL: Final = 100", "FULL: Final = 101"),
    ("len(buffer) != 1", "not buffer"),
    ("direction is Direction.HOST or ", ""),
    ("Bad(Why.RANGE, 1)", "Bad(Why.FORMAT, 1)"),
    ("Bad(Why.FORMAT, len(buffer))", "Bad(Why.RANGE, len(buffer))"),
)

CARD = Card(mutants={"battery": BATTERY}, finds_feet=False, whole=True)
