"""Faults in the codec of ``bcc8a``."""

from tests.drivers.mutants.card import Card

BCC8A = (
    ("head ^ board ^ lock ^ code != check", "False"),
    ("head ^ board ^ lock ^ code != check", "head ^ board ^ lock != check"),
    ("_HEADS = (READ, REPORT, OPEN)", "_HEADS = (READ, REPORT, OPEN, 0x82)"),
    ("_HEADS = (READ, REPORT, OPEN)", "_HEADS = (READ, OPEN)"),
    ("board > MOST_BOARD or ", ""),
    ("or code not in _CODES", ""),
    ("Bad(Why.CHECKSUM, LENGTH)", "Bad(Why.CHECKSUM, 1)"),
    ("\"lock\": frame.lock", "\"lock\": frame.board"),
)  # fmt: skip

CARD = Card(
    mutants={"bcc8a": BCC8A},
    checked=True,
)
