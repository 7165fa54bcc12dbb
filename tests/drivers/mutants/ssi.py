"""Faults in the codec of ``ssi``."""

from tests.drivers.mutants.card import Card

SSI = (
    ("if buffer[size : size + 2] != _sum(body):", "if False:"),
    ("(-sum(body) & 0xFFFF)", "(sum(body) & 0xFFFF)"),
    ("data=body[_LEAST:]", "data=b\"\""),
    ("if body[2] == _DEVICE else None", ""),
    ("reply=body[2] == _DEVICE, text", "reply=False, text"),
    ("return buffer[2] == (", "return True or buffer[2] == ("),
    ("return take_scan(buffer, _MARK, _take)", "return NOISE"),
    ("_STATUS = {DONE: ACK, NO: NAK}", "_STATUS = {DONE: ACK, NO: ACK}"),
)  # fmt: skip

CARD = Card(
    mutants={"ssi": SSI},
    feeder="Codes",
    finds_feet=False,
    not_cut=("reply_within_scan",),
)
