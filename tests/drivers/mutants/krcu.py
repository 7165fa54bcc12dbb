"""Faults in the codec of ``krcu``."""

from tests.drivers.mutants.card import Card

KRCU = (
    ("buffer[0] != START", "False"),
    ("sum(buffer[: end + 1]) & 0xFF == buffer[end + 1]", "True"),
    ("buffer[end] == END and ", ""),
    ("sum(buffer[: end + 1])", "sum(buffer[1 : end + 1])"),
    ("buffer[2] <= MOST_LOCK_48", "buffer[2] < MOST_LOCK_48"),
    ("STATUS: (4,)", "STATUS: (2,)"),
    ("0x36: (4,)", "0x36: (0,)"),
    ("0x37: (0, 2)", "0x37: (0,)"),
    ("0x39: (1,)", "0x39: (2,)"),
    ("TOLD_48: (0, 12)", "TOLD_48: (0, 6)"),
    ("TOLD_48: (0, 12)", "TOLD_48: (12,)"),
    ("sorted(sizes, reverse=True)", "sorted(sizes)"),
    ("Why.CHECKSUM if", "Why.FORMAT if"),
    ("else Why.FORMAT, whole", "else Why.CHECKSUM, whole"),
    ("if sizes is None:\n        return NOISE", "if sizes is None:\n        return MORE"),
    ("len(buffer) < 4:\n        return MORE", "len(buffer) < 4:\n        return NOISE"),
    ("bytes((self.address, *lock, self.command))", "bytes((self.address, self.command))"),
    ("buffer[head : head + size]", "buffer[head + 1 : head + size]"),
)  # fmt: skip

CARD = Card(
    mutants={"krcu": KRCU},
    checked=True,
    not_cut=("time_with_03_inside",),
    grows=True,
)
