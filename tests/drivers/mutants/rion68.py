"""Faults in the codec of ``rion68``."""

from tests.drivers.mutants.card import Card

BCD_TILT = (
    ('sum(buffer[1:size]) & 0xFF != buffer[size]', 'False'),
    ('sum(buffer[1:size])', 'sum(buffer[2:size])'),
    ('if len(buffer) <= size:', 'if len(buffer) < size:'),
    ('if not least <= size < MOST:', 'if size >= MOST:'),
    ('not fits(frame) or ', ''),
    ('digits[0] not in "01" or not digits.isdecimal()', 'not digits.isdecimal()'),
    (' or not digits.isdecimal()', ''),
    ('-(len(digits) - 4)', '-(len(digits) - 3)'),
    ('return -value if digits[0] == "1" and value else value', 'return value'),
    ('rest[0], rest[1:])', 'rest[0], rest)'),
    ('Bad(Why.CHECKSUM, size + 1)', 'Bad(Why.CHECKSUM, 1)'),
)  # fmt: skip
RION68 = (
    ('HEAD, AXIS = 0x68, 3', 'HEAD, AXIS = 0x77, 3'),
    ('len(frame.data) % AXIS == 0', 'True'),
    ('frame.address[0]', '0'),
    (' or bool(axes(frame))', ' or True'),
)  # fmt: skip

CARD = Card(
    mutants={"bcd_tilt": BCD_TILT, "rion68": RION68},
    checked=True,
    finds_feet=False,  # a question of six bytes is shorter than what a false start may claim
)
