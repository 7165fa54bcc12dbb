"""Faults in the codec of ``scan_line``."""

from tests.drivers.mutants.card import Card

SCAN_LINE = (
    ("NOISE if direction is Direction.HOST else take_scan", "take_scan"),
)  # fmt: skip

CARD = Card(
    mutants={"scan_line": SCAN_LINE},
    feeder="Codes",
    finds_feet=False,
    not_cut=("scan_crlf",),
)
