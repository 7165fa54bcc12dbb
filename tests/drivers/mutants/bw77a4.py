"""Faults in the codec of ``bw77a4``."""

from tests.drivers.mutants.card import Card

BW77A4 = (
    ('2 * AXIS + TEMPERATURE + 1', '2 * AXIS + TEMPERATURE'),
    ('angle(frame.data[2 * AXIS : -1])', 'angle(frame.data[2 * AXIS - 1 : -1])'),
    ('State(x, y,', 'State(y, x,'),
    ('temperature, frame.data[-1])', 'temperature, frame.data[-2])'),
    ('if not axes or temperature is None:', 'if temperature is None:'),
    ('ADDRESS, AXIS, TEMPERATURE = 0x77, 4, 4, 3', 'ADDRESS, AXIS, TEMPERATURE = 0x77, 2, 4, 3'),
)  # fmt: skip

CARD = Card(
    mutants={"bw77a4": BW77A4},
    checked=True,
    finds_feet=False,  # a question of six bytes is shorter than what a false start may claim
)
