"""Faults in the codec of ``onbon_k``.

The lost A5s before a frame are there to be lost, so a flipped bit in them is believed, and the card
is not ``checked``; ``tests/drivers/telling/test_led_display.py`` flips all the others.
"""

from tests.drivers.mutants.card import Card

ONBON = (
    ("if begins == 0:\n        return NOISE", "if False:\n        return NOISE"),
    ("if begins > _MOST_PREAMBLE:", "if False:"),
    ("if again >= 0 and (end < 0 or again < end):", "if False:"),
    ("if end < 0:\n        return MORE", "if end < 0:\n        return NOISE"),
    ("mode == 0 and crc_arc(meant[:-2]) != int.from_bytes(meant[-2:], \"little\")", "False"),
    ("crc_arc(meant[:-2])", "crc_arc(meant[1:-2])"),
    ("if mode or len(meant) != begins + size + 2", "if len(meant) != begins + size + 2"),
    ("len(meant) != begins + size + 2", "False"),
    ("or size < _COMMAND:", "or False:"),
    ("if len(plain) < _HEADER.size:", "if False:"),
    ("if version != _VERSION:", "if False:"),
    ("data[0] << 8 | data[1], data[2]", "data[1] << 8 | data[0], data[2]"),
    ("if real is None:\n            return None", "if real is None:\n            real = 0"),
    ("0xA6: {1: 0xA6, 2: 0xA5}", "0xA6: {1: 0xA5, 2: 0xA6}"),
    ("0x5B: {1: 0x5B, 2: 0x5A}", "0x5B: {1: 0x5A, 2: 0x5B}"),
    ("known.get(next(octets, 0))", "octet"),
    ("told & 0x7FFF if told & 0x8000 else 8 * told", "told & 0x7FFF"),
    ("told & 0x7FFF if told & 0x8000 else 8 * told", "8 * told"),
    ("if len(piece) < max(size, _AREA.size) or piece[14:16] != b\"\\0\\0\":", "if False:"),
    ("return areas if at == len(data) else None", "return areas"),
    ("begins = _CODED_HEADER if meant[_OPTION] & 1 else _HEADER.size", "begins = _HEADER.size"),
    ("\"gb18030\", \"replace\"", "\"utf-8\", \"replace\""),
)  # fmt: skip
CRC = (
    ("crc = 0\n    for", "crc = 1\n    for"),
)  # fmt: skip

CARD = Card(mutants={"onbon_k": ONBON, "crc": CRC}, not_cut=("one_start_is_enough",))
