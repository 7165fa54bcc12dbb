"""Faults in the codec of ``xfs5152``, whose frames have no check."""

from tests.drivers.mutants.card import Card

XFS = (
    ("if not self.checked < size <= 2 + self.most + self.checked:", "if False:"),
    ("if frame[3] == SAY and not data:", "if False:"),
    ("len(frame) - self.checked]", "len(frame) - 1]"),
    ("3: \"unicode\", 4: \"unicode_be\"", "3: \"unicode\""),
    ("\"unicode_be\": \"utf-16-be\"", "\"unicode_be\": \"utf-16-le\""),
    ("loudest=10, unicode=\"utf-16-le\"", "loudest=10, unicode=\"utf-16-be\""),
    ("most=4094", "most=9999"),
    ("0x88: \"sleep\"", "0x89: \"sleep\""),
    ("STARTED = 0x4A", "STARTED = 0x4B"),
)  # fmt: skip

CARD = Card(mutants={"tts": XFS})
