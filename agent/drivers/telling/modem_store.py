"""The modem's memory for messages: what lies there is read, told and deleted (27.005, 3.5).

A SIM holds 10 to 50.  Full, it takes no more, and the network keeps the rest for a day or two.
"""

import re
from collections.abc import Sequence

from agent.drivers.telling.modem_ears import Ears, pdu_of
from agent.drivers.telling.modem_talk import SLOW, Talk
from agent.drivers.telling.modem_watch import Said

AT_ONCE = 8  # places that one round looks into
_MOST_PLACES = 512
_USED = re.compile(r'"\w+", *(\d{1,4}), *(\d{1,4})\b.*')
_DELETE_READ = "AT+CMGD=1,1"


class Store:
    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._next = 0  # the place where the search goes on
        self._full = False

    async def sweep(self, talk: Talk) -> Sequence[Said]:
        """Read what is stored; what it says is in ``ears`` afterwards."""
        told = _USED.fullmatch((await talk.ask("AT+CPMS?", SLOW, "+CPMS")).value("+CPMS") or "")
        if told is None:
            return ()
        used, room = int(told[1]), int(told[2])
        for place in self._places(room) if used else ():
            await self._read(talk, place)
        was_full, self._full = self._full, used >= room > 0
        if not self._full or was_full:
            return ()
        await talk.ask(_DELETE_READ, SLOW)
        return (("fault_reported", {"fault": "sms_memory_full"}),)

    def _places(self, room: int) -> list[int]:
        """Where something was announced; else the next few, since an announcement may be lost."""
        announced = list(self._ears.stored)[:AT_ONCE]
        if announced:
            return announced
        room = min(room, _MOST_PLACES)
        begins = self._next if self._next <= room else 0
        self._next = begins + AT_ONCE
        return list(range(begins, min(self._next, room + 1)))

    async def _read(self, talk: Talk, place: int) -> None:
        reply = await talk.ask(f"AT+CMGR={place}", SLOW)
        self._ears.stored.pop(place, None)
        if reply.value("+CMGR") is None:
            return  # nothing there
        for pdu in filter(None, map(pdu_of, reply.lines)):
            self._ears.pdus.append(pdu)
        await talk.ask(f"AT+CMGD={place}", SLOW)
