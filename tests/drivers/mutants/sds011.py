"""Faults in the codec of ``sds011``."""

from tests.drivers.mutants.card import Card

SDS011 = (
    ("sum(frame[2:-2]) & 0xFF != check", "False"),
    ("sum(frame[2:-2])", "sum(frame[1:-2])"),
    ("if tail != TAIL:\n        return Bad(Why.FORMAT, len(frame))\n    ", ""),
    ("HEAD, TAIL = 0xAA, 0xAB", "HEAD, TAIL = 0xAB, 0xAA"),
    ("_COMMAND: 19", "_COMMAND: 18"),
    ("_DUST: 10, ", ""),
    ("(kind == _COMMAND) == (direction is Direction.HOST)", "False"),
    ("if len(buffer) < 2:\n        return MORE", "if len(buffer) < 2:\n        return NOISE"),
    ("return MORE if len(buffer) < length else", "return NOISE if len(buffer) < length else"),
    ("bytes((low, high))), len", "bytes((high, low))), len"),
    ("return Command(data[0], data[1:], of)", "return Command(data[1], data[1:], of)"),
    ("return Reply(data[0], data[1:], of)", "return Reply(data[0], data[2:], of)"),
    ("int.from_bytes(data[:2], \"little\")", "int.from_bytes(data[:2])"),
    ("int.from_bytes(data[2:], \"little\")", "int.from_bytes(data[2:])"),
    ("Air(first, second, of) if", "Air(second, first, of) if"),
    ("Dust(second, of)", "Dust(first, of)"),
    ("frame.pm25 / 10, \"pm10\": frame.pm10 / 10", "frame.pm25, \"pm10\": frame.pm10"),
)  # fmt: skip

CARD = Card(mutants={"sds011": SDS011}, checked=True)
