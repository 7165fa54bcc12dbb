"""Faults in the codec of ``open_lock``: the plain parts of its messages.

What is sealed has its own tests (tests/drivers/radio): there each flipped bit is refused.
"""

from tests.drivers.mutants.card import Card

OPEN_LOCK = (
    (
        "HELLO, CHALL, DATA, GREET = 0x01, 0x02, 0x10, 0x20",
        "HELLO, CHALL, DATA, GREET = 0x03, 0x02, 0x10, 0x20",
    ),
    (
        "GREET_SIZE, HELLO_SIZE, CHALL_SIZE = 11, 61, 70",
        "GREET_SIZE, HELLO_SIZE, CHALL_SIZE = 11, 61, 71",
    ),
    ("LEAST_PLAIN, MOST_PLAIN = 15, 192", "LEAST_PLAIN, MOST_PLAIN = 14, 192"),
    ("LEAST_PLAIN, MOST_PLAIN = 15, 192", "LEAST_PLAIN, MOST_PLAIN = 16, 192"),
    ("LEAST_PLAIN, MOST_PLAIN = 15, 192", "LEAST_PLAIN, MOST_PLAIN = 15, 191"),
    ("LEAST_PLAIN, MOST_PLAIN = 15, 192", "LEAST_PLAIN, MOST_PLAIN = 15, 193"),
    ('struct.Struct("<BBBH16s32s8s")', 'struct.Struct(">BBBH16s32s8s")'),
    ('struct.Struct("<BB16sI32s16s")', 'struct.Struct(">BB16sI32s16s")'),
    ('struct.Struct("<BIB")', 'struct.Struct(">BIB")'),
    ("buffer[1] != VERSION", "buffer[1] > VERSION"),
    ("Bad(Why.VERSION, size)", "Bad(Why.FORMAT, size)"),
    ("if len(buffer) < DATA_HEAD:", "if len(buffer) <= DATA_HEAD:"),
    (" or not counter", ""),
    ("Bad(Why.RANGE, DATA_HEAD)", "Bad(Why.FORMAT, DATA_HEAD)"),
    ("DATA_HEAD + length + TAG\n    if", "DATA_HEAD + length\n    if"),
    (
        "Got(Data(counter, buffer[DATA_HEAD:size]), size)",
        "Got(Data(counter, buffer[DATA_HEAD:]), size)",
    ),
    ('"ticket": frame.ticket.hex()', '"ticket": frame.nonce.hex()'),
    ('"boot": frame.boot', '"boot": 1'),
    ('"suites": frame.suites', '"suites": 0'),
    (
        "return NOISE if buffer[0] == DATA else take(buffer, direction)",
        "return take(buffer, direction)",
    ),
    ("Direction.HOST: (CHALL, GREET)", "Direction.HOST: (CHALL,)"),
    ("Direction.HOST: (CHALL, GREET)", "Direction.HOST: (GREET,)"),
    ("Direction.DEVICE: (HELLO,)", "Direction.DEVICE: ()"),
    ("Bad(Why.FORMAT, _SIZES[kind])", "NOISE"),
)

CARD = Card(mutants={"open_lock": OPEN_LOCK}, finds_feet=False)
