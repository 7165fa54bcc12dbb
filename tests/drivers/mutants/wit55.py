"""Faults in the codec of ``wit55``."""

from tests.drivers.mutants.card import Card

WIT55 = (
    ('sum(buffer[: LENGTH - 1]) & 0xFF != buffer[LENGTH - 1]', 'False'),
    ('sum(buffer[: LENGTH - 1])', 'sum(buffer[1 : LENGTH - 1])'),
    ('signed=True', 'signed=False'),
    ('"little"', '"big"'),
    ('ANGLE: 180.0}', 'ANGLE: 360.0}'),
    ('ACCELERATION: 16.0', 'ACCELERATION: 8.0'),
    ('TURNING: 2000.0', 'TURNING: 1000.0'),
    ('0x50 <= buffer[1]', '0x54 <= buffer[1]'),
    ('<= 0x5F', '<= 0x53'),
    ('Frame(buffer[1],', 'Frame(buffer[0],'),
    ('if len(buffer) < LENGTH:', 'if len(buffer) < LENGTH - 1:'),
)  # fmt: skip

CARD = Card(
    mutants={"wit55": WIT55},
    checked=True,
)
