"""Faults in the codec of ``yaohua_eq_fwd``."""

from tests.drivers.mutants.card import Card

YAOHUA_EQ = (
    ("buffer[:1] != MARK or ", ""),
    (" or buffer[1:LENGTH].strip(_PLACES)", ""),
    ("len(buffer) < LENGTH:\n        return MORE", "len(buffer) < LENGTH:\n        return NOISE"),
    ("LENGTH = 9", "LENGTH = 8"),
    ("[0-]\\d+", "[0-]?\\d+"),
    ("(?:\\.\\d*)?", "(?:\\.\\d*)*"),
    ("(?:\\.\\d*)?", "(?:\\.\\d+)?"),
    ("\\.\\d*", ".\\d*"),
    ("if not _TEXT.fullmatch(text):", "if False:"),
    ("Got(Weight(text.decode", "Got(Weight(text.lstrip(b'-').decode"),
    ("_take(buffer, 1)", "_take(buffer, -1)"),
)  # fmt: skip

CARD = Card(mutants={"yaohua_eq": YAOHUA_EQ})
