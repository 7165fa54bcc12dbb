"""Faults in the codec of ``honeywell``."""

from tests.drivers.mutants.card import Card

HONEYWELL = (
    ("if buffer[:3] in (ON, OFF):", "if False:"),
    ("rb\"[ -~]{1,200}?[.!]\"", "rb\"[ -~]{1,200}?[.]\""),
    ("[\\x05\\x06\\x15])*[.!]", "[\\x05\\x06\\x15])?[.!]"),
    ("MORE if _BEGUN.match(buffer) else NOISE", "NOISE"),
    ("is not Direction.DEVICE and buffer", "is None and buffer"),
    ("if not any(head.startswith", "if False and any(head.startswith"),
)  # fmt: skip

CARD = Card(
    mutants={"honeywell": HONEYWELL},
    feeder="Codes",
    finds_feet=False,
)
