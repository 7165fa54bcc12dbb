"""Faults in the codec of ``de2120``."""

from tests.drivers.mutants.card import Card

DE2120 = (
    ("rb\"[\\x06\\x15]\"", "rb\"[\\x06]{9}\""),
    ("NOISE if status == ENQ else", ""),
    ("MORE if _BEGUN.fullmatch(buffer) else NOISE", "NOISE"),
    ("match[1].decode", "match[0].decode"),
)  # fmt: skip

CARD = Card(
    mutants={"de2120": DE2120},
    feeder="Codes",
    finds_feet=False,
    not_cut=("reply_within_scan",),
)
