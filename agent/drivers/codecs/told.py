"""Commands and replies of scan modules, whose makers have four dialects and the same few ideas."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.drivers.codecs.scans import Scan, shown

ACK, NAK, ENQ = "ack", "nak", "enq"
STATUS = {0x06: ACK, 0x15: NAK, 0x05: ENQ}
MARKS = b"\x05\x06\x15"
MOST_TEXT = 200  # characters of one command; the manuals' longest has 30
_WORST = (ENQ, NAK, ACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """``text``: what was set or asked, without status marks.  ``data``: bytes that are no text.

    ``status``: "ack" (done), "nak" (a value out of range), "enq" (no such setting); None in what
    the host says.
    """

    reply: bool
    text: str
    status: str | None = None
    data: bytes = b""


def marked(text: bytes) -> tuple[str, str | None]:
    """ASCII without its status marks, and the worst of them."""
    found = {STATUS[byte] for byte in text if byte in MARKS}
    plain = bytes(byte for byte in text if byte not in MARKS).decode("ascii")
    return plain, next((status for status in _WORST if status in found), None)


def show(frame: Told | Scan[Told]) -> Mapping[str, object]:
    if isinstance(frame, Scan):
        replies = [dict(show(reply)) for reply in frame.replies]
        return {**shown(frame.code), **({"replies": replies} if replies else {})}
    op = "reply" if frame.reply else "command"
    told: dict[str, object] = {"op": op, "text": frame.text}
    if frame.reply:
        told["status"] = frame.status
    if frame.data:
        told["data"] = frame.data.hex()
    return told
