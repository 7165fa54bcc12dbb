"""Faults in the codec of ``lcus``."""

from tests.drivers.mutants.card import Card

LCUS = (
    ("sum(buffer[:3]) & 0xFF != buffer[3]", "False"),
    ("sum(buffer[:3])", "sum(buffer[1:3])"),
    ("HEAD = 0xA0", "HEAD = 0xA1"),
    ("Frame(buffer[1], buffer[2])", "Frame(buffer[2], buffer[1])"),
    ("LENGTH:\n        return MORE", "LENGTH:\n        return NOISE"),
)  # fmt: skip
JUDGE = (
    ("if not (wrecked and case.trails(at, taken)):", "if True:"),
    ("if not (wrecked and case.trails(at, taken)):", "if not wrecked:"),
    ("at, wrecked = at + taken.used, False", "at = at + taken.used"),
)  # fmt: skip

CARD = Card(
    mutants={"lcus": LCUS, "judge": JUDGE},
    checked=True,
)
