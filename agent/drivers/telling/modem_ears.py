"""What a modem says unasked: messages and delivery reports (3GPP TS 27.005, 3.4.1)."""

import re
from collections import deque

from agent.drivers.codecs.at import CALL_ENDS
from agent.drivers.codecs.sms_pdu import Pdu, take_whole

MOST = 64  # PDUs that wait to be told, and messages that wait to be read
_STORED = re.compile(r'\+(?:CMTI|CDSI): *"\w+", *(\d{1,4})')
_ROUTED = re.compile(r"\+(?:CDS|CMT): .*")


def pdu_of(line: str) -> Pdu | None:
    """What a modem writes as hexadecimal digits, SMSC first."""
    try:
        return take_whole(bytes.fromhex(line))
    except ValueError:
        return None


class Ears:
    """``pdus``: heard and not yet told.  ``stored``: places where messages wait to be read.

    ``call_end``: how the last call ended, in the modem's words.
    """

    def __init__(self) -> None:
        self.call_end: str | None = None
        self.pdus: deque[Pdu] = deque(maxlen=MOST)
        self.stored: dict[int, None] = {}
        self._announced = False

    def call_begins(self) -> None:
        self.call_end = None

    def hear(self, line: str) -> None:
        if line in CALL_ENDS:
            self.call_end = line
        stored = _STORED.fullmatch(line)
        if self._announced:
            pdu = pdu_of(line)
            if pdu is not None:
                self.pdus.append(pdu)
        elif stored is not None and len(self.stored) < MOST:
            self.stored[int(stored[1])] = None
        self._announced = _ROUTED.fullmatch(line) is not None
