"""A 4G modem over AT commands: short messages with delivery reports, and voice calls.

A message is *sent* when the network took it, and *delivered* when the phone's report came, which
may be much later.  In between ``modem_watch`` keeps an eye on network and card, so that an alarm
is not the first to find out.  Another card than before does not stop an alarm: people come first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen, MinLen, Predicate

from agent.drivers.arguments import number_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import at as at_codec
from agent.drivers.codecs.base import Stream
from agent.drivers.codecs.sms_pdu import DELIVER, STATUS_REPORT
from agent.drivers.telling.asked import phone_of, words_of
from agent.drivers.telling.modem_calls import ring
from agent.drivers.telling.modem_ears import Ears
from agent.drivers.telling.modem_inbox import Inbox
from agent.drivers.telling.modem_reports import Reports
from agent.drivers.telling.modem_sending import Text
from agent.drivers.telling.modem_store import Store
from agent.drivers.telling.modem_talk import ESCAPE, SLOW, Talk
from agent.drivers.telling.modem_watch import Said, Watch, signal
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Event, Fields, Message, Reading
from agent.model.time import Now, Stamp

LONGEST_S = 180.0  # a text in parts, each of which the network may think about
MOST_CALL_S, USUAL_CALL_S = 120, 30
_MOST_CHARACTERS = 1530  # ten parts of 7-bit text
_TEST = "邻里网关测试短信 Linli test"

Do = Callable[[Talk, Now], Awaitable[Sequence[Said]]]


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModemOptions:
    """``imei``, ``card``: as noted at commissioning; anything else is told as ``sim_changed``.

    ``card_by``: the command that names the card.  ``parts``: the longest text, in messages.
    """

    imei: Annotated[str, MinLen(14), MaxLen(17), Predicate(_digits)] | None = None
    card: Annotated[str, MinLen(14), MaxLen(22), Predicate(_digits)] | None = None
    card_by: Literal["imsi", "ccid", "qccid", "ciccid"] = "imsi"
    parts: Annotated[int, Interval(ge=1, le=10)] = 6


class Modem:
    every = 30.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, ModemOptions) else ModemOptions()
        self._seat, self._most = seat, options.parts
        self._stream, self._ears = Stream(at_codec.take, at_codec.MOST), Ears()
        self._watch = Watch(options.imei, options.card, options.card_by)
        self._store, self._reports, self._inbox = Store(self._ears), Reports(), Inbox()
        self._undo = [ESCAPE]  # it may have been left at a prompt
        self._news = list[Message]()
        # Between a prompt and its PDU nothing else may be said.
        self._talking, self._urgent = asyncio.Lock(), 0

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        for line in self._stream.feed(data):
            if line.kind in (at_codec.Kind.LINE, at_codec.Kind.RESULT):
                self._ears.hear(line.text)
        if self._talking.locked():
            return ()  # a report may come before the reference that it is about
        return self._told(at)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        if self._talking.locked():
            return ()  # it has a message or a call in hand
        async with self._talking:
            talk = Talk(line, self._ears, self._undo)
            await talk.begin()
            network, identity = self._watch.network, self._watch.identity
            for look in (network, self._signal(now), identity, self._store.sweep):
                if not self._urgent:  # an alarm does not wait for the rest of a round
                    self._say(await look(talk), now())
        return self._told(now())

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        do = self._wanted(command)
        self._urgent += 1
        try:
            async with self._talking:
                talk = Talk(line, self._ears, self._undo)
                await talk.begin()
                self._say(await self._watch.identity(talk), now())
                self._say(await do(talk, now), now())
        finally:
            self._urgent -= 1
        return self._told(now())

    def _wanted(self, command: Command) -> Do:
        """Refused before anything is said, if it cannot be done."""
        match command.action:
            case "sms":
                return self._text(phone_of(command), words_of(command, _MOST_CHARACTERS))
            case "test":
                return self._text(phone_of(command), f"{_TEST} {self._seat.device}")
            case "call":
                seconds = number_of(command, "seconds", MOST_CALL_S, USUAL_CALL_S)
                return _call(phone_of(command), seconds)
            case "restart":
                return _restart
        raise Refused(f"a modem cannot {command.action} 模块没有这个动作")

    def _text(self, to: str, words: str) -> Do:
        text = Text(to, words)
        text.check(self._most)

        async def do(talk: Talk, now: Now) -> Sequence[Said]:
            references = await text.send(talk, now, LONGEST_S)
            self._reports.sent(to, references, now())
            listed = " ".join(map(str, references))
            return (("sms_sent", {"to": to, "parts": len(references), "references": listed}),)

        return do

    def _signal(self, now: Now) -> Callable[[Talk], Awaitable[Sequence[Said]]]:
        async def look(talk: Talk) -> Sequence[Said]:
            level = await signal(talk)
            if level is not None:
                device, point = self._seat.device, self._seat.point
                reading = Reading(
                    device=device, at=now(), quantity="signal", value=level, point=point
                )
                self._news.append(reading)
            return ()

        return look

    def _told(self, at: Stamp) -> list[Message]:
        """All that is new, once."""
        while self._ears.pdus:
            pdu = self._ears.pdus.popleft()
            if pdu.mti == STATUS_REPORT:
                self._say(self._reports.reported(pdu, at), at)
            elif pdu.mti == DELIVER:
                self._say([("sms_received", text) for text in self._inbox.came(pdu)], at)
        news, self._news = self._news, []
        return news

    def _say(self, said: Iterable[Said], at: Stamp) -> None:
        for kind, data in said:
            self._news.append(self._event(kind, data, at))

    def _event(self, kind: str, data: Fields, at: Stamp) -> Event:
        seat = self._seat
        return Event(device=seat.device, at=at, kind=kind, data=data, point=seat.point)


def _call(to: str, seconds: int) -> Do:
    async def do(talk: Talk, now: Now) -> Sequence[Said]:
        began = now()
        result = await ring(talk, to, seconds)
        rang = round((now().mono_ns - began.mono_ns) / 1e9, 1)
        return (("call_made", {"to": to, "result": result, "seconds": rang}),)

    return do


async def _restart(talk: Talk, now: Now) -> Sequence[Said]:
    """Radio off, everything anew (27.007, 8.2): what helps a modem that only says 500."""
    del now
    await talk.must("AT+CFUN=1,1", SLOW)
    return ()


MODEL = Model(
    name="modem",
    build=Modem,
    options=ModemOptions,
    zh="4G 模块（AT 指令，短信与电话）",
    en="4G modem (AT commands, messages and calls)",
    baud=115200,
    manners=Manners(patience=2.0, quiet=0.2, attempts=1),
    shares=False,
    urgent=True,
    protocol="sms_pdu",
    measures=("signal",),
    tells=(
        "network_changed",
        "sim_changed",
        "setting_read",
        "fault_reported",
        "sms_sent",
        "sms_delivered",
        "sms_failed",
        "sms_received",
        "call_made",
    ),
    does=("sms", "test", "call", "restart"),
    longest=LONGEST_S,
)
