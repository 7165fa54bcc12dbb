"""Faults in the codec of ``yaohua_cont``."""

from tests.drivers.mutants.card import Card

YAOHUA = (
    ("buffer[9:11] != b", "False and buffer[9:11] != b"),  # the check is not looked at
    ("b\"%02X\"", "b\"%02x\""),
    ("reduce(xor, body)", "reduce(xor, body[1:])"),
    ("buffer[LENGTH - 1] != ETX", "False"),
    ("body[0] not in _SIGNS or ", ""),
    ("not body[1:].isdigit()", "False"),
    ("decimals > MOST_DECIMALS", "False"),
    ("MOST_DECIMALS = 5", "MOST_DECIMALS = 4"),
    ("scaleb(-self.decimals)", "scaleb(self.decimals)"),
    ("-value if self.sign == \"-\" and value else value", "value"),
    ("and value else value", "else value + 1"),
    ("if _begins(buffer) else NOISE", "if True else NOISE"),
    ("body[1:7]", "body[2:7]"),
)  # fmt: skip
BASE = (
    ("at += 1  # one byte only", "at += max(1, getattr(taken, 'used', 1))  # one byte only"),
    ("self._buffer = buffer[at:]", "self._buffer = b''"),
)  # fmt: skip

CARD = Card(
    mutants={"yaohua": YAOHUA, "base": BASE},
    checked=True,
)
