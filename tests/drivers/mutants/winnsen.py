"""Faults in the codec of ``winnsen``.  Without a check its framing is all there is."""

from tests.drivers.mutants.card import Card

WINNSEN = (
    ("buffer[0] != HEAD", "False"),
    ("length != buffer[1]", "length is None"),
    ("buffer[length - 1] != END", "False"),
    ("Bad(Why.FORMAT, length)", "Bad(Why.CHECKSUM, length)"),
    ("Got(frame, length) if _exists(frame)", "Got(frame, length) if True"),
    ("return frame.lock <= MOST_LOCK", "return 1 <= frame.lock <= MOST_LOCK"),
    ("return frame.lock <= MOST_LOCK", "return True"),
    ("frame.status <= TOO_SOON", "frame.status < TOO_SOON"),
    ("straight = 1 <= frame.lock", "straight = 0 <= frame.lock"),
    ("and frame.function == READ | ANSWERS)", ")"),
    ("over = 1 <= frame.status <= MOST_LOCK", "over = 2 <= frame.status < MOST_LOCK"),
    ("READ | ANSWERS: MOST,", ""),
    ("OPEN | ANSWERS: MOST,", ""),
    ("in (b\"\", b\"\\x06\", b\"\\x07\")", "in (b\"\", b\"\\x06\")"),
    ("{\"status\": frame.status}", "{}"),
    ("buffer[5] if length == MOST", "buffer[4] if length == MOST"),
)  # fmt: skip

CARD = Card(mutants={"winnsen": WINNSEN})
