"""Faults in the codec of ``zemic``."""

from tests.drivers.mutants.card import Card

ZEMIC = (
    ("sum(body) & 0xFF != check", "False"),
    ("sum(body) & 0xFF != check", "sum(body[1:]) & 0xFF != check"),
    ("if buffer[0] != STX:", "if False:"),
    ("if units[-1] != bytes((ETX,)):", "if False:"),
    ("b\"\\x1b\\xe8\": ETX", "b\"\\x1b\\xe8\": STX"),
    ("b\"\\x1b\\xe7\": STX", "b\"\\x1b\\xe7\": ETX"),
    ("b\"\\x1b\\x00\": ESCAPE", "b\"\\x1b\\x00\": 0"),
    ("(?:\\x1b[\\xe7\\xe8\\x00]|", "(?:\\x1b[^\\x1b]|"),
    ("NOISE if len(buffer) - end > 1 or", "NOISE if"),
    ("not 2 <= length <= LONGEST", "not 0 <= length <= LONGEST"),
    ("not 2 <= length <= LONGEST", "False"),
    ("LONGEST = 100", "LONGEST = 90"),
    ("AROUND = 5", "AROUND = 6"),
    ("values[1:3], \"little\"", "values[1:3], \"big\""),
    ("if not _COMMAND.fullmatch(body[3:5]):", "if False:"),
    ("units[5:-2]", "units[5:-1]"),
    ("frame.raw.hex()", "frame.data.hex()"),
)  # fmt: skip

CARD = Card(
    mutants={"zemic": ZEMIC},
    checked=True,
)
