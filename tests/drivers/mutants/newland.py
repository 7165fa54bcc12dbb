"""Faults in the codec of ``newland``."""

from tests.drivers.mutants.card import Card

NEWLAND = (
    ("if reply is (status is None):", "if False:"),
    ("if buffer[end] != _END or", "if"),
    ("b\"\\x02\\x010000\"\n", "b\"\\x02\\x010001\"\n"),
    ("[ -~\\x05\\x06\\x15]{0,200}", "[ -~]{0,200}"),
    ("return take_scan(buffer, _MARK, _take_reply)", "return NOISE"),
    ("is not Direction.DEVICE and _begins", "is None and _begins"),
)  # fmt: skip
TOLD = (
    ("(ENQ, NAK, ACK)", "(ACK, NAK, ENQ)"),
    ("byte not in MARKS", "True"),
    ("0x15: NAK", "0x14: NAK"),
    ("{\"replies\": replies} if replies else {}", "{}"),
)  # fmt: skip

CARD = Card(
    mutants={"newland": NEWLAND, "told": TOLD},
    feeder="Codes",
    finds_feet=False,
    not_cut=("reply_within_scan",),
)
