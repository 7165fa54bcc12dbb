"""Faults in the codec of ``bw77``."""

from tests.drivers.mutants.card import Card

BW77 = (
    ('ANGLE_BYTES = 12', 'ANGLE_BYTES = 13'),
    ('frame.data[: 2 * AXIS], AXIS', 'frame.data[AXIS:], AXIS'),
    ('zip("xy"', 'zip("yx"'),
    ('return bool(frame.command) and (', 'return ('),
    ('ADDRESS, AXIS = 0x77, 2, 4', 'ADDRESS, AXIS = 0x77, 2, 3'),
    (' or bool(axes(frame))', ' or True'),
)  # fmt: skip

CARD = Card(
    mutants={"bw77": BW77},
    checked=True,
    finds_feet=False,  # a question of six bytes is shorter than what a false start may claim
)
