"""Faults in the codec of ``witmotion``."""

from tests.drivers.mutants.card import Card

WITMOTION = (
    ("HEAD, MOTION, ANSWER = 0x55, 0x61, 0x71", "HEAD, MOTION, ANSWER = 0x55, 0x61, 0x72"),
    ("HEAD, MOTION, ANSWER = 0x55, 0x61, 0x71", "HEAD, MOTION, ANSWER = 0x55, 0x51, 0x71"),
    ("LENGTH: Final = 20", "LENGTH: Final = 22"),
    ("LENGTH: Final = 20", "LENGTH: Final = 24"),
    ("VIBRATION: Final = 28", "VIBRATION: Final = 29"),
    ("FULL = 16.0, 2000.0, 180.0, 32768", "FULL = 8.0, 2000.0, 180.0, 32768"),
    ("FULL = 16.0, 2000.0, 180.0, 32768", "FULL = 16.0, 1000.0, 180.0, 32768"),
    ("FULL = 16.0, 2000.0, 180.0, 32768", "FULL = 16.0, 2000.0, 360.0, 32768"),
    ("FULL = 16.0, 2000.0, 180.0, 32768", "FULL = 16.0, 2000.0, 180.0, 32767"),
    ('"<9h"', '"<9H"'),
    ('"<9h"', '">9h"'),
    ('"<8h", buffer, 4', '"<8H", buffer, 4'),
    ('"<8h", buffer, 4', '"<8h", buffer, 3'),
    ("words[3:6], FULL_RATE", "words[0:3], FULL_RATE"),
    ("words[6:9], FULL_ANGLE", "words[3:6], FULL_ANGLE"),
    ("0x3A: 3", "0x3A: 8"),
    ("0x51: 4", "0x51: 3"),
    ("_TOLD.get(frame.register, len(frame.words))", "_TOLD.get(frame.register, 3)"),
    ("(buffer[1] == ANSWER and buffer[3])", "False"),
    ("direction is Direction.HOST or", ""),
    ("if len(buffer) < LENGTH:", "if len(buffer) < LENGTH - 4:"),
    ("and buffer[LENGTH] != HEAD", ""),
    ('in (b"", bytes((HEAD,)))\n    )', 'in (b"",)\n    )'),
    ("return Bad(Why.FORMAT, VIBRATION)", "return _frame(buffer, direction)"),
    ("buffer[0] != HEAD or ", ""),
)

CARD = Card(mutants={"witmotion": WITMOTION}, feeder="Notices", finds_feet=False, bounded=True)
