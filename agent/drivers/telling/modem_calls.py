"""A voice call that rings until somebody answers (27.007, 6.2 and 7.18).

Nothing is said: a phone that rings at night wakes people whom a message does not.  While it rings
the modem is asked for the state of its calls, and listened to in between.
"""

from agent.drivers.codecs import at
from agent.drivers.telling.modem_talk import SLOW, Talk
from agent.drivers.telling.modem_troubles import refusal
from agent.line.asking import Found, NoAnswer

STEP_S = 2.0  # from one look at the call to the next
_HANG_UP = "AT+CHUP"  # ATH leaves voice calls alone on some modems (27.007, 6.20)
_ENDS = {"BUSY": "busy", "NO ANSWER": "no_answer", "NO CARRIER": "ended", "NO DIALTONE": "ended"}
_ACTIVE = "0"
_CLCC = "AT+CLCC"


async def ring(talk: Talk, number: str, seconds: float) -> str:
    """Result: answered, busy, no_answer, or ended before anybody answered.

    ModemRefused if it cannot dial.
    """
    dial = f"ATD{number};"
    talk.ears.call_begins()
    talk.undo.append(_HANG_UP.encode() + b"\r")
    dialled = await talk.line.ask(
        dial.encode() + b"\r", at.answer_to(dial, call=True), expect=32, patience=SLOW
    )
    result = _ENDS.get(dialled.result)
    if result is None:
        if not dialled.ok:
            talk.undo.pop()
            raise refusal(dialled.result)
        result = await _ringing(talk, int(seconds / STEP_S))
        result = _ENDS.get(talk.ears.call_end or "", result) if result == "ended" else result
    if not (await talk.ask(_HANG_UP)).ok:
        await talk.ask("ATH")
    talk.undo.pop()
    return result


async def _ringing(talk: Talk, looks: int) -> str:
    for _ in range(looks):
        try:
            return await talk.line.ask(_CLCC.encode() + b"\r", _verdict, expect=64, patience=STEP_S)
        except NoAnswer:
            continue  # it rings; a modem that is gone shows when we hang up
    return "no_answer"


def _verdict(heard: bytes) -> Found[str] | None:
    """What became of the call, once that is known."""
    found = at.answer_to(_CLCC)(heard)
    if found is None:
        return None
    for line in found.value.lines:
        if line in _ENDS:
            return Found(_ENDS[line], found.start, found.end)
    calls = [line.split(",") for line in found.value.lines if line.startswith("+CLCC:")]
    if not calls:
        return Found("ended", found.start, found.end) if found.value.ok else None
    answered = any(len(call) > 2 and call[2].strip() == _ACTIVE for call in calls)
    return Found("answered", found.start, found.end) if answered else None
