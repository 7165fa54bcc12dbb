"""Faults in the codec of ``osdp``.

Marked frames are not damaged here: the mark is covered by no check, and what stands behind a wrong
one is a whole frame.  A length is believed before its check is seen, so noise may hide frames from
a stream; drivers search answers, which looks at every byte.
"""

from tests.drivers.mutants.card import Card

OSDP = (
    ("if told != _check(body, crc=check == 2):", "if False:"),
    ("_CRC_START = 0x1D0F", "_CRC_START = 0xFFFF"),
    ('_CRC_START).to_bytes(2, "little")', '_CRC_START).to_bytes(2, "big")'),
    ("-sum(body) & 0xFF", "sum(body) & 0xFF"),
    ('int.from_bytes(packet[2:4], "little")', 'int.from_bytes(packet[2:4], "big")'),
    ("2 if control & _CRC else 1", "2"),
    ("or control & _RESERVED", ""),
    ("< MOST or", "or"),
    ("_HEADER + 1 + check <=", "0 <="),
    ("marked + taken.used)\n    return", "taken.used)\n    return"),
    ("bool(address & REPLY) is (direction is Direction.DEVICE)", "True"),
    ("addr=address & ~REPLY", "addr=address"),
    ("reply=bool(address & REPLY)", "reply=False"),
    ("seq=control & _SEQUENCE", "seq=0"),
    ("if control & _SECURE:", "if False:"),
    ("range(0x15, 0x19)", "range(0x15, 0x18)"),
    ("if len(block) < 2:", "if False:"),
    ("if not rest:", "if False:"),
    ("if len(rest) > mac else b\"\"", ""),
    ("mark=mark,", "mark=False,"),
)  # fmt: skip

CARD = Card(
    mutants={"osdp": OSDP},
    checked=True,
    finds_feet=False,
    not_cut=("poll", "identify", "wrong_crc", "challenge", "mark_alone_before", "ccrypt"),
)
