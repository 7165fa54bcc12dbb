"""Faults in the codec of ``jsonl``."""

from tests.drivers.mutants.card import Card

JSONL = (
    ("parse_constant=_refuse", "parse_constant=float"),
    ("type(value) is float or type(value) is int", "isinstance(value, (int, float))"),
    ("not known.low <= value <= known.high", "False"),
    ("unit not in (None, known.unit) or ", ""),
    ("or quality not in _WORDS", ""),
    ("(ValueError, RecursionError)", "RecursionError"),
    (" if type(told) is dict else NOISE", ""),
    ("known is None or ", ""),
    ("end=b\"\\n\"", "end=b\"\""),
)  # fmt: skip

CARD = Card(
    mutants={"jsonl": JSONL},
    not_cut=("spaces",),
    feeder="Lines",
)
