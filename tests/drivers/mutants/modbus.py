"""Faults in the codec of ``modbus``."""

from tests.drivers.mutants.card import Card

MODBUS = (
    ("crc_modbus(frame[:-2]) ==", "True or crc_modbus(frame[:-2]) =="),
    ("key=lambda x: x.used, default=None", "key=lambda x: -x.used, default=None"),
    ("if s.spoken_by(direction)", "if True"),
    ("(not whole or _cut(buffer, shapes))", "not whole"),
    ("(not whole or _cut(buffer, shapes))", "True"),
    ("if buffer[1] in (WRITE_COILS, WRITE_REGISTERS):\n        return True\n    ", ""),
    ("    return short and crc", "    return crc"),
    ("if len(buffer) < 2:\n        return MORE", "if len(buffer) < 1:\n        return MORE"),
)  # fmt: skip
MODBUS_FRAMES = (
    ("count % 2 == 0", "True"),
    ("1 <= count <= 250", "0 <= count <= 250"),
    ("3: 125, 4: 125", "3: 999, 4: 999"),
    ("1 <= _u16(head, 4) <= _MOST_READ", "0 <= _u16(head, 4) <= _MOST_READ"),
    ("and size == wanted", ""),
    ("(count + 7) // 8", "count // 8"),
    ("else 2 * count", "else count"),
    ("return Read(b[0], b[1], _u16(b, 2), _u16(b, 4))", "return Read(b[0], b[1], _u16(b, 4), 1)"),
    ("return Reply(b[0], b[1], b[3:])", "return Reply(b[0], b[1], b[2:])"),
    ("_u16(b, 4), b[7:])", "_u16(b, 4), b[6:])"),
    ("frame.fc in (3, 4)", "True"),
    ("Exceptional(b[0], b[1], b[2])", "Exceptional(b[0], b[1] & 0x7F, b[2])"),
    ("function | REFUSED: _REFUSALS", "function | 0x40: _REFUSALS"),
    ("int.from_bytes(head[at : at + 2])", "int.from_bytes(head[at : at + 2], 'little')"),
)  # fmt: skip
CRC = (
    ("_table(_reflected, 0xA001)", "_table(_reflected, 0xA003)"),
    ("crc = 0xFFFF", "crc = 0x0000"),
)  # fmt: skip
JUDGE = (
    ("return start, Why.FORMAT", "return end, Why.FORMAT"),
    ("        if holds:\n", "        if False:\n"),
    ("Why.CHECKSUM if taken is NOISE else taken.why", "taken.why"),
    ("size if self.protocol.holds else end", "end"),
)  # fmt: skip

CARD = Card(
    mutants={"modbus": MODBUS, "modbus_frames": MODBUS_FRAMES, "crc": CRC, "judge": JUDGE},
    checked=True,
    finds_feet=False,
    not_cut=("both_readings_hold",),
)
