"""A text over the modem: for each part the command, the prompt, and the PDU (27.005, 3.5.1)."""

from dataclasses import dataclass

from agent.drivers.base import Refused
from agent.drivers.codecs import at
from agent.drivers.codecs.sms_submit import Submit, parts_of, submits
from agent.drivers.telling.modem_talk import ESCAPE, QUICK, Talk
from agent.drivers.telling.modem_troubles import refusal
from agent.line.asking import NoAnswer
from agent.model.time import Now

PROMPT_S = 5.0
TAKEN_S = 120.0  # how long the network may think; makers say 60 to 120 s
_END = b"\x1a"


@dataclass(frozen=True, slots=True)
class Text:
    to: str
    text: str

    def check(self, most: int) -> None:
        """Refused if it takes more than ``most`` messages."""
        parts = parts_of(self.text)
        if parts > most:
            raise Refused(f"text: {parts} messages are over {most} 短信过长，超过 {most} 条")

    async def send(self, talk: Talk, now: Now, within: float) -> tuple[int, ...]:
        """The references of its parts.

        ModemRefused, or NoAnswer: a part of which nobody knows is not sent twice.
        """
        began = now()
        reference = began.mono_ns // 10**9  # differs from the text before, across restarts too
        references = list[int]()
        for part in submits(self.to, self.text, reference):
            left = within - (now().mono_ns - began.mono_ns) / 1e9
            references.append(await _part(talk, part, min(TAKEN_S, left)))
        return tuple(references)


async def _part(talk: Talk, part: Submit, patience: float) -> int:
    if patience < QUICK:
        raise NoAnswer
    talk.undo.append(ESCAPE)
    offered = await talk.line.ask(
        b"AT+CMGS=%d\r" % part.length, at.prompt, expect=8, patience=PROMPT_S
    )
    if not offered.ok:
        talk.undo.remove(ESCAPE)
        raise refusal(offered.result)
    pdu = part.octets.hex().upper()
    taken = await talk.line.ask(
        pdu.encode() + _END, at.answer_to(pdu), expect=32, patience=patience
    )
    talk.undo.remove(ESCAPE)
    talk.heard(taken)
    reference = taken.value("+CMGS") if taken.ok else None
    if reference is None:
        raise refusal(taken.result)
    return _reference(reference)


def _reference(told: str) -> int:
    """``+CMGS: 5`` or ``+CMGS: 5,"…"`` with the answer of the centre."""
    number = told.split(",", maxsplit=1)[0].strip()
    if not (number.isascii() and number.isdigit()) or int(number) > 0xFF:
        raise refusal(f"+CMGS: {told}")
    return int(number)
