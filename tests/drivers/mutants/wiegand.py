"""Faults in the codec of ``wiegand``."""

from tests.drivers.mutants.card import Card

WIEGAND = (
    ('bits[:half].count("1") % 2 != 0 or', ""),
    ('or bits[half:].count("1") % 2 != 1', ""),
    ("half = len(bits) // 2", "half = 13"),
    ("bits[1:-1]", "bits[:-2]"),
    ("if facility > 0xFF or card > 0xFFFF:", "if False:"),
    ("if card > _MOST_DECIMAL:", "if False:"),
    ("0x1_0000", "0x1_000"),
    ("{card:08X}", "{card:X}"),
    ("[0-9A-F]{6}|[0-9A-F]{8}", "[0-9A-F]{6,8}"),
    ("[0-9A-F]{6}|[0-9A-F]{8}", "[0-9A-Fa-f]{6}|[0-9A-F]{8}"),
    ("[: MOST + 1]", "[: MOST]"),
    ("inside=take_marked", "inside=None"),
    ("\\x02W?FC(", "\\x02WFC("),
    ('rb"\\r\\n?|\\n"', 'rb"\\r"'),
)  # fmt: skip

CARD = Card(mutants={"wiegand": WIEGAND}, feeder="Cards", not_cut=("decimal", "hex_cr_lf"))
