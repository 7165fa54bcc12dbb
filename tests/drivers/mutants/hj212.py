"""Faults in the codec of ``hj212``."""

from tests.drivers.mutants.card import Card

HJ212 = (
    ("int(tail[:4], 16) != crc(data)", "False"),
    ("value = value >> 8 ^ byte", "value ^= byte"),
    ("value = 0xFFFF\n    for byte", "value = 0\n    for byte"),
    ("(0xA001 if byte & 1 else 0)", "(0x8408 if byte & 1 else 0)"),
    ("not _HEX.issuperset(tail[:4]) or ", ""),
    ("b\"0123456789ABCDEF\"", "b\"0123456789ABCDEFabcdef\""),
    ("if size > LONGEST:", "if size >= LONGEST:"),
    ("if size > LONGEST:", "if size > 10 * LONGEST:"),
    ("if digits and not digits.isdigit():", "if False:"),
    ("tail[4:] == END and ", ""),
    (" and packet.fields else", " else"),
    ("return data.decode(\"gb18030\", \"replace\")", "return data.decode(\"ascii\", \"replace\")"),
    ("return data.decode(\"utf-8\")", "return data.decode(\"gb18030\")"),
    ("_OPEN, _CLOSE = \"CP=&&\", \"&&\"", "_OPEN, _CLOSE = \"CP=&&\", \"&\""),
    ("inner.replace(\";\", \",\").split(\",\")", "inner.split(\";\")"),
    ("head.split(\";\") + after.split(\";\")", "head.split(\";\")"),
    ("if opened else None", "if inner else None"),
    ("if told:\n            yield", "if True:\n            yield"),
    ("item.partition(\"=\")", "item.rpartition(\"=\")"),
    ("len(buffer) < size + _AROUND:", "len(buffer) < size + _AROUND - 2:"),
)  # fmt: skip

CARD = Card(mutants={"hj212": HJ212}, checked=True)
