"""Questions to a modem, and what must be undone if one of them is cut short."""

from agent.drivers.codecs import at
from agent.drivers.telling.modem_ears import Ears
from agent.drivers.telling.modem_troubles import refusal
from agent.line.asking import Asks

QUICK, SLOW = 2.0, 15.0
"""Seconds: for what a modem knows by itself, and for what it asks SIM or network (EC25 manual)."""

ESCAPE = b"\x1b"  # leaves a prompt (27.005, 3.5.1)
_INIT = (
    "ATE0",  # no echo
    "AT+CMEE=1",  # errors by number
    "AT+CMGF=0",  # PDU mode: text mode knows neither reports nor Chinese alike on all modems
    "AT+CNMI=2,1,0,1,0",  # messages are stored and announced, delivery reports come at once
)


class Talk:
    """For one verb.  ``undo`` outlives it: what the next verb says first."""

    def __init__(self, line: Asks, ears: Ears, undo: list[bytes]) -> None:
        self.line, self.undo, self.ears = line, undo, ears

    async def begin(self) -> None:
        """Bring it to where we want it, wherever it is: it may just have been plugged in.

        NoAnswer if it is not there.  What it refuses shows later, with a reason.
        """
        while self.undo:
            await self.line.tell(self.undo[0])
            del self.undo[0]
        for command in _INIT:
            await self.ask(command)
        await self.ask("AT+CMEE?", needs="+CMEE")  # from here on answers belong to their questions

    async def ask(self, command: str, patience: float = QUICK, needs: str = "") -> at.Reply:
        answer = at.answer_to(command, needs=needs)
        reply = await self.line.ask(command.encode() + b"\r", answer, expect=64, patience=patience)
        self.heard(reply)
        return reply

    def heard(self, reply: at.Reply) -> None:
        """What came between question and result may have been said to nobody in particular."""
        for line in reply.lines:
            self.ears.hear(line)

    async def must(self, command: str, patience: float = QUICK) -> at.Reply:
        """ModemRefused unless the result is OK."""
        reply = await self.ask(command, patience)
        if not reply.ok:
            raise refusal(reply.result)
        return reply
