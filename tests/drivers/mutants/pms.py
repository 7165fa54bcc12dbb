"""Faults in the codec of ``pms``."""

from tests.drivers.mutants.card import Card

PMS = (
    ("sum(buffer[: length - 2]) !=", "False and sum(buffer[: length - 2]) !="),
    ("sum(buffer[: length - 2]) !=", "sum(buffer[2 : length - 2]) !="),
    ("HEAD = b\"\\x42\\x4d\"", "HEAD = b\"\\x42\\x4e\""),
    ("{0x1C: MOST, 0x04: _DONE}", "{0x1C: MOST}"),
    ("{0x1C: MOST, 0x04: _DONE}", "{0x1C: MOST, 0x14: MOST, 0x04: _DONE}"),
    ("REPORTS, REPORT, SLEEP = 0xE1, 0xE2, 0xE4", "REPORTS, REPORT, SLEEP = 0xE1, 0xE2, 0xE3"),
    ("< length:\n        return MORE", "< length:\n        return NOISE"),
    ("if body[0]:", "if not body[0]:"),
    ("int.from_bytes(body[1:3])", "int.from_bytes(body[1:3], \"little\")"),
    ("Told(body[2], body[3], done=True)", "Told(body[3], body[2], done=True)"),
    ("int.from_bytes(body[at : at + 2]) for", "int.from_bytes(body[at : at + 2], \"little\") for"),
    ("range(2, 2 + 2 * len(_NAMES), 2)", "range(0, 2 * len(_NAMES), 2)"),
    ("Air(words, body[-2], body[-1])", "Air(words, body[-1], body[-2])"),
    ("*(\"n03\", \"n05\", ", "*(\"n05\", \"n03\", "),
    ("*(\"pm1_cf1\", \"pm25_cf1\", \"pm10_cf1\", \"pm1_atm\", \"pm25_atm\", \"pm10_atm\"),",
     "*(\"pm1_atm\", \"pm25_atm\", \"pm10_atm\", \"pm1_cf1\", \"pm25_cf1\", \"pm10_cf1\"),"),
)  # fmt: skip

CARD = Card(mutants={"pms": PMS}, checked=True)
