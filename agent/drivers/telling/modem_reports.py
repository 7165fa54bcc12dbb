"""Messages that were sent, and what the network reports of them (3GPP TS 23.040, 9.2.3.15).

``+CMGS: n`` only means that the network took a message.  The reference n comes back in the report;
it counts to 255, so the newest message with it is meant.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.drivers.codecs.sms_pdu import Pdu
from agent.drivers.telling.modem_watch import Said
from agent.model.messages import Fields, Value
from agent.model.time import Stamp

MOST = 64  # messages whose reports are awaited
_SAME = 8  # last digits by which two ways to write a number are one

_TRYING = range(0x20, 0x40)  # not there yet, and the centre goes on trying
_REASONS: Mapping[int, str] = {
    0x41: "incompatible",
    0x42: "rejected",
    0x43: "unreachable",
    0x46: "expired",
    0x47: "deleted",
    0x48: "deleted",
    0x60: "congestion",
    0x61: "busy",
    0x62: "unreachable",
    0x63: "rejected",
    0x65: "phone_failed",
}


@dataclass(slots=True)
class Sent:
    """``waiting``: references without a good report."""

    to: str
    references: tuple[int, ...]
    at: Stamp
    waiting: set[int] = field(default_factory=set)


class Reports:
    def __init__(self) -> None:
        self._sent: deque[Sent] = deque(maxlen=MOST)

    def sent(self, to: str, references: tuple[int, ...], at: Stamp) -> None:
        self._sent.append(Sent(to, references, at, set(references)))

    def reported(self, report: Pdu, at: Stamp) -> Sequence[Said]:
        """What is known now: a text in parts is delivered once its last part is."""
        status, reference = report.status or 0, report.mr or 0
        sent = self._of(reference, report.number)
        told: dict[str, Value] = {"to": sent.to if sent else report.number, "reference": reference}
        if status in _TRYING:
            return ()
        if status < _TRYING.start:
            return self._delivered(sent, reference, told, at)
        if sent is not None:
            self._sent.remove(sent)
        reason = _REASONS.get(status, "failed")
        return (("sms_failed", told | {"status": status, "reason": reason}),)

    def _delivered(
        self, sent: Sent | None, reference: int, told: Fields, at: Stamp
    ) -> Sequence[Said]:
        if sent is None:  # it was sent before the box was last started
            return (("sms_delivered", {**told, "parts": None, "seconds": None}),)
        sent.waiting.discard(reference)
        if sent.waiting:
            return ()
        self._sent.remove(sent)
        seconds = round((at.mono_ns - sent.at.mono_ns) / 1e9, 1)
        parts = len(sent.references)
        return (("sms_delivered", {**told, "parts": parts, "seconds": seconds}),)

    def _of(self, reference: int, number: str) -> Sent | None:
        for sent in reversed(self._sent):
            if reference in sent.waiting and sent.to[-_SAME:] == number[-_SAME:]:
                return sent
        return None
