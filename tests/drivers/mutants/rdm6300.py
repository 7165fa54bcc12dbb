"""Faults in the codec of ``rdm6300``."""

from tests.drivers.mutants.card import Card

RDM6300 = (
    ("if reduce(xor, told):", "if False:"),
    ("[0-9A-F]{12})", "[0-9A-Fa-f]{12})"),
    ("Got(Frame(told[0], int", "Got(Frame(told[4], int"),
    ("told[1:5]", "told[0:5]"),
    ("MORE if _BEGUN.fullmatch(buffer) else NOISE", "NOISE"),
    ("LENGTH)\n\n\ndef show", "1)\n\n\ndef show"),
    ("010d", "d"),
)  # fmt: skip

CARD = Card(mutants={"rdm6300": RDM6300}, checked=True)
