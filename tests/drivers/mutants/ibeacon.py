"""Faults in the codec of ``ibeacon``."""

from tests.drivers.mutants.card import Card

IBEACON = (
    ('bytes.fromhex("0215")', 'bytes.fromhex("0216")'),
    ('">2s16sHHb"', '"<2s16sHHb"'),
    ('">2s16sHHb"', '">2s16sHHB"'),
    ("or len(data) > LENGTH", ""),
    ("HEAD[: len(data)]", "HEAD"),
    ("if len(data) < LENGTH:", "if len(data) < LENGTH - 1:"),
    (".upper()", ""),
    ("_, uuid, major, minor, power =", "_, uuid, minor, major, power ="),
    ("UUID(bytes=uuid)", "UUID(bytes_le=uuid)"),
    ("Why.FORMAT if direction is Direction.HOST else _read(buffer)", "_read(buffer)"),
)

CARD = Card(mutants={"ibeacon": IBEACON}, finds_feet=False, whole=True)
