"""The network that a modem is in, and who it is: what must be known before an alarm needs it.

Registration is asked twice, in the circuit world (``CREG``) and in LTE (``CEREG``): a Cat.1 card
is in the second only (3GPP TS 27.007, 7.2 and 10.1.22).
"""

import re
from collections.abc import Mapping, Sequence

from agent.drivers.codecs.at import Reply
from agent.drivers.telling.modem_talk import SLOW, Talk
from agent.drivers.telling.modem_troubles import Trouble, trouble_of
from agent.model.messages import Fields

Said = tuple[str, Fields]
"""Kind and data of an event."""

_READY = "READY"
_STATES: Mapping[int, str] = {
    0: "none",
    1: "home",
    2: "searching",
    3: "denied",
    4: "none",
    5: "roaming",
    6: "home",  # for messages only
    7: "roaming",  # for messages only
    8: "none",  # emergency calls only
    9: "home",
    10: "roaming",
}
_BEST = ("home", "roaming", "searching", "denied", "none")
_DIGITS = re.compile(r"\d{14,22}")  # IMEI 15, IMSI 15, ICCID 19 or 20
_OPERATOR = re.compile(r'\d, *\d, *"([^"]{1,32})".*')
_CARD_COMMANDS: Mapping[str, str] = {
    "imsi": "AT+CIMI",
    "ccid": "AT+CCID",
    "qccid": "AT+QCCID",
    "ciccid": "AT+CICCID",
}
_LOUDEST = 31  # of CSQ; 99 is not known


class Watch:
    """``imei``, ``card``: what must be there, if somebody noted it."""

    def __init__(self, imei: str | None, card: str | None, card_by: str) -> None:
        self._imei, self._card, self._ask_card = imei, card, _CARD_COMMANDS[card_by]
        self._network: tuple[str, str | None] | None = None
        self._pair: tuple[str, str] | None = None

    async def network(self, talk: Talk) -> Sequence[Said]:
        """What is new of the network; of the card where that is in the way."""
        state, operator = await _card_state(talk), None
        if state == _READY:
            state = await _registration(talk)
            operator = await _operator(talk)
        if (state, operator) == self._network:
            return ()
        self._network = state, operator
        return (("network_changed", {"state": state, "operator": operator}),)

    async def identity(self, talk: Talk) -> Sequence[Said]:
        """Who modem and card are when first seen; and whenever they are not who they were."""
        imei = _digits_of(await talk.ask("AT+CGSN"))
        card = _digits_of(await talk.ask(self._ask_card, SLOW))
        if imei is None or card is None or (imei, card) == self._pair:
            return ()
        known, self._pair = self._pair or (imei, card), (imei, card)
        old_imei, old_card = self._imei or known[0], self._card or known[1]
        said: list[Said] = [
            ("setting_read", {"setting": "imei", "value": imei}),
            ("setting_read", {"setting": "card", "value": card}),
        ]
        if (imei, card) != (old_imei, old_card):
            changed = {"imei": imei, "card": card, "old_imei": old_imei, "old_card": old_card}
            said.append(("sim_changed", changed))
        return said


async def signal(talk: Talk) -> float | None:
    """In dBm, in steps of 2 (27.007, 8.5); None while it is not known."""
    told = ((await talk.ask("AT+CSQ", needs="+CSQ")).value("+CSQ") or "").split(",")[0]
    level = _number(told)
    return -113.0 + 2 * level if level is not None and level <= _LOUDEST else None


async def _card_state(talk: Talk) -> str:
    """READY, or the name of the trouble."""
    reply = await talk.ask("AT+CPIN?", SLOW, "+CPIN")
    if not reply.ok:
        return str(trouble_of(reply.result))
    return _READY if reply.value("+CPIN") == _READY else str(Trouble.SIM_LOCKED)


async def _registration(talk: Talk) -> str:
    """The better one of both."""
    circuit = _state(await talk.ask("AT+CREG?", needs="+CREG"), "+CREG")
    packet = _state(await talk.ask("AT+CEREG?", needs="+CEREG"), "+CEREG")
    return min(circuit, packet, key=_BEST.index)


def _state(reply: Reply, name: str) -> str:
    fields = (reply.value(name) or "").split(",")
    number = _number(fields[1]) if len(fields) > 1 else None
    return "none" if number is None else _STATES.get(number, "none")


async def _operator(talk: Talk) -> str | None:
    told = _OPERATOR.fullmatch((await talk.ask("AT+COPS?", SLOW, "+COPS")).value("+COPS") or "")
    return told[1] if told else None


def _digits_of(reply: Reply) -> str | None:
    for line in reply.lines if reply.ok else ():
        found = _DIGITS.search(line)
        if found:
            return found[0]
    return None


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
