"""Faults in the codec of ``gm65``."""

from tests.drivers.mutants.card import Card

CRC = (
    ("_table(_forward, 0x1021)", "_table(_forward, 0x8005)"),
)  # fmt: skip
GM65 = (
    ("return crc_xmodem(checked[:-2]) ==", "return True or crc_xmodem(checked[:-2]) =="),
    ("not bypass and not", "not"),
    ("not bypass and not _holds", "False and not _holds"),
    ("if buffer[3:4] == b\"\\0\":", "if False:"),
    ("(len(buffer) > 2 and buffer[2] not in _OPS) or", ""),
    ("Got(Reply(buffer[2], buffer[4 : length - 2]), length)", "Got(Reply(buffer[2], b''), length)"),
    ("inside=take_framed", "inside=None"),
)  # fmt: skip
SCANS = (
    ("if found.start() < at:", "if False:"),
    ("break  # what looks", "continue  # what looks"),
    ("(*replies, reply.frame)", "replies"),
    ("at = found.start() + reply.used", "at = found.start()"),
    ("\\r\\n?|\\n\"", "\\r\""),
    ("Got(Scan(code, replies), found.end())", "Got(Scan(code, replies), found.start())"),
    ("at += taken.used\n                self._drop", "at += 1\n                self._drop"),
    ("(\"utf-8\", \"gb18030\")", "(\"utf-8\",)"),
)  # fmt: skip

CARD = Card(
    mutants={"crc": CRC, "gm65": GM65, "scans": SCANS},
    feeder="Codes",
    finds_feet=False,
    not_cut=("reply_within_scan", "reply_with_cr_within_scan"),
)
