"""Faults in the codec of ``yaohua_a12e``."""

from tests.drivers.mutants.card import Card

YAOHUA_A12E = (
    ("if buffer[CHECKED : LENGTH - 2] != b", "if False and buffer[:1] != b"),
    ("b\"%02X\"", "b\"%02x\""),
    ("reduce(xor, body)", "reduce(xor, body[1:])"),
    ("buffer[LENGTH - 2 : LENGTH] != b\"\\r\\n\"", "False"),
    ("in (b\"\", b\"G\", b\"N\")", "in (b\"\", b\"G\", b\"N\", b\"T\")"),
    ("if not _begins(buffer):", "if False:"),
    ("and buffer[9:11] in (b\"\", b\"O\", b\"L\", b\"OL\", b\"LO\")", ""),
    ("b\"OL\": \"overload\"", "b\"OL\": \"underload\""),
    ("b\"LO\": \"underload\"", "b\"LL\": \"underload\""),
    ("\"N\": \"net\"", "\"N\": \"gross\""),
    ("(-?\\d+(", "(-?[\\d-]+("),
    ("(-?\\d+(", "(\\d+("),
    ("\\.\\d+| )", "\\.\\d+)?"),
    ("(?:\\.\\d+| )", "(?:[. ]\\d+| )"),
    ("(kg|lb)", "(kg|lb|pc)"),
    ("digits.decode(\"ascii\").strip()", "digits.decode(\"ascii\").strip('- ')"),
    ("len(buffer) < LENGTH:\n        return MORE", "len(buffer) < LENGTH:\n        return NOISE"),
)  # fmt: skip

CARD = Card(
    mutants={"yaohua_a12e": YAOHUA_A12E},
    checked=True,
)
