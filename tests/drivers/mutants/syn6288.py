"""Faults in the codec of ``syn6288``.

Not ``checked``: frames of the host have an XOR, the module's answers are single bytes without any.
``tests/drivers/telling/test_speech.py`` flips the bits of frames.
"""

from tests.drivers.mutants.card import Card

SYN = (
    ("if self.checked and reduce(xor, frame):", "if False:"),
    ("len(frame) - self.checked]", "len(frame)]"),
    ("if not self.checked < size <= 2 + self.most + self.checked:", "if False:"),
    ("if len(buffer) < 3 + size:\n            return MORE", "if False:\n            return MORE"),
    ("if len(buffer) < 3:", "if len(buffer) < 2:"),
    ("if frame[3] == SAY and not data:", "if False:"),
    ("direction is Direction.DEVICE or buffer[0] != HEAD", "buffer[0] != HEAD"),
    ("direction is not Direction.HOST and ", ""),
    ("frame.data[0] & 7", "frame.data[0]"),
    ("frame.data[0] >> 3", "frame.data[0] >> 4"),
    ("most=200, loudest=16, unicode=\"utf-16-be\"", "most=200, loudest=16, unicode=\"utf-16-le\""),
    ("most=200", "most=255"),
    ("inside=framed", "inside=take"),
    ("SPEAKING = 0x4E\n    IDLE = 0x4F", "SPEAKING = 0x4F\n    IDLE = 0x4E"),
    ("0x02: \"stop\", 0x03: \"pause\"", "0x03: \"stop\", 0x02: \"pause\""),
    ("GBK: \"gbk\"", "GBK: \"big5\""),
)  # fmt: skip

CARD = Card(mutants={"tts": SYN})
