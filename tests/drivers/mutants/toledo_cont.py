"""Faults in the codec of ``toledo_cont``."""

from tests.drivers.mutants.card import Card

TOLEDO = (
    ("sum(buffer[:CHECKED]) & 0x7F", "False"),
    ("sum(buffer[:CHECKED]) & 0x7F", "sum(buffer[:CHECKED]) & 0x3F"),
    ("sum(buffer[:CHECKED]) & 0x7F", "sum(buffer[1:CHECKED]) & 0x7F"),
    ("if not plain or buffer[PLAIN] != STX:", "if not plain:"),
    ("if not plain or buffer[PLAIN] != STX:", "if False:"),
    ("        length = PLAIN\n", ""),
    ("if buffer[PLAIN - 1] != CR:", "if False:"),
    ("buffer[0] == STX and status", "status"),
    ("swa[0] & _A_FIXED == _A_SET", "True"),
    ("_A_FIXED, _A_SET = 0x60, 0x20", "_A_FIXED, _A_SET = 0x20, 0x20"),
    (" and swc[0] & _C_SET", ""),
    (" and not buffer[4:16].strip(b\" 0123456789\")", ""),
    ("if b\" \" in indicated + tare:", "if False:"),
    ("buffer[4:10].lstrip(b\" \")", "buffer[4:10].replace(b' ', b'')"),
    ("self.swa & 7", "self.swa & 3"),
    ("self.swb & 1)", "self.swb & 2)"),
    ("self.swb & 2)", "self.swb & 1)"),
    ("self.swb & 4)", "self.swb & 8)"),
    ("self.swb & 8)", "self.swb & 4)"),
    ("self.swb & 0x40", "self.swb & 0x20"),
    ("frame.swa >> 3 & 3", "frame.swa >> 3 & 1"),
    ("end=bytes((STX,))", "end=b''"),
    ("len(buffer) < length:\n        return MORE", "len(buffer) < length:\n        return NOISE"),
)  # fmt: skip

CARD = Card(
    mutants={"toledo": TOLEDO},
    not_cut=(
        "200_with_check",
        "net_with_check",
        "overload",
        "power_up_in_motion",
        "grams_with_check",
    ),
    goes_on=("120_without_check", "negative_without_check"),
)
