"""OSDP readers: cards, keys, tamper and power, light and buzzer, all in a secure channel.

The reader is polled, and asked again as long as it has something to tell.  Its key (SCBK) is in a
file; without one, with the standard's own SCBK-D, or with a key the reader has not, nothing is
said to it but the opening.  Why this is not libosdp: docs/adr/0008.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

from agent.config.catalogue import Wrong
from agent.drivers.arguments import number_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.doors import osdp_peer as osdp
from agent.drivers.doors.codes import setting_read
from agent.drivers.doors.osdp_channel import KEY, PUBLISHED
from agent.drivers.doors.osdp_events import Events
from agent.drivers.doors.osdp_peer import Busy, Peer
from agent.drivers.key_files import read_key
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message
from agent.model.time import Now

MOST_NEWS = 4
"""Answers taken in one poll: two people do not hold cards at once, and keys come in few bytes."""

COLOURS = ("off", "red", "green", "amber", "blue", "magenta", "cyan", "white")
MOST_MS = 60_000
_TICK_MS = 100  # of lights and buzzers
_DEFAULT_TONE = 2
_EVERYBODYS = ("这是公开的默认密钥，等于没有密钥", "this key is published: everybody has it")


@dataclass(frozen=True, slots=True, kw_only=True)
class OsdpOptions:
    """``key_file``: its SCBK, 16 bytes or 32 hexadecimal digits; never a published one."""

    key_file: Path | None = None
    reader: Annotated[int, Interval(ge=0, le=7)] = 0  # its number within the device

    def wrong(self) -> Iterator[Wrong]:
        """The key is looked at where it can be read already."""
        if self.key_file is None:
            yield Wrong(
                ("key_file",), "每个读头要有自己的密钥 key_file", "each reader needs its key"
            )
            return
        with suppress(Refused):
            if read_key(self.key_file, KEY) in PUBLISHED:
                yield Wrong(("key_file",), *_EVERYBODYS)


class Osdp:
    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._options = seat.options if isinstance(seat.options, OsdpOptions) else OsdpOptions()
        self._events = Events(seat)
        self._known = _peer(0 if seat.address is None else seat.address, self._options)
        self._turn = asyncio.Lock()  # sequence and MACs go from one exchange to the next

    @property
    def every(self) -> float:
        """Seconds.  People at a door want less: set ``every`` of the device to 0.2."""
        return 1.0

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        news = list[Message]()
        async with self._turn:
            with suppress(Busy):  # it answered: it is there
                peer = await self._open(line)
                for _ in range(MOST_NEWS):
                    told = await peer.ask(line, osdp.POLL)
                    if told.code == osdp.ACK:
                        break
                    news.extend(self._events.of(told, now()))
        return news

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        order = self._order(command)
        async with self._turn:
            try:
                if order is None:
                    pdid = await self._peer().open(line)
                    return [setting_read(self._seat, now(), "pdid", pdid.hex())]
                peer = await self._open(line)
                await peer.ask(line, *order)
            except Busy:
                raise Refused("the reader is busy 读头忙，请稍后再试") from None
        return ()

    def _order(self, command: Command) -> tuple[int, bytes] | None:
        """Code and data; None to open the channel anew and see who is there."""
        match command.action:
            case "led":
                return osdp.LED, self._led(command)
            case "beep":
                return osdp.BUZ, self._beep(command)
            case "identify":
                return None
        raise Refused(f"a reader cannot {command.action} 读头没有这个动作")

    async def _open(self, line: Asks) -> Peer:
        """With its channel open."""
        peer = self._peer()
        if not peer.is_open:
            await peer.open(line)
        return peer

    def _peer(self) -> Peer:
        """Refused for ever without a good key: doors beside this one go on."""
        if isinstance(self._known, Refused):
            raise self._known
        return self._known

    def _led(self, command: Command) -> bytes:
        """Temporary for ``ms``, or permanent without it (SIA OSDP 2.2, 6.10)."""
        colour = command.args.get("colour")
        if not isinstance(colour, str) or colour not in COLOURS:
            raise Refused(f"colour {colour!r} is not one of {', '.join(COLOURS)} 没有这个颜色")
        ticks = number_of(command, "ms", MOST_MS, 0) // _TICK_MS
        number = COLOURS.index(colour)
        brief = bytes((2, 1, 0, number, 0)) + ticks.to_bytes(2, "little") if ticks else bytes(7)
        lasting = bytes(5) if ticks else bytes((1, 1, 0, number, 0))
        return bytes((self._options.reader, 0)) + brief + lasting

    def _beep(self, command: Command) -> bytes:
        times = max(1, number_of(command, "times", 5, 1))
        ticks = max(1, number_of(command, "ms", 5000, 200) // _TICK_MS)
        return bytes((self._options.reader, _DEFAULT_TONE, ticks, ticks, times))


def _peer(address: int, options: OsdpOptions) -> Peer | Refused:
    try:
        key = read_key(options.key_file, KEY)
    except Refused as no:
        return no
    zh, en = _EVERYBODYS
    return Refused(f"{en} {zh}") if key in PUBLISHED else Peer(address, key)


MODEL = Model(
    name="osdp",
    build=Osdp,
    options=OsdpOptions,
    zh="OSDP 读卡器",
    en="OSDP card reader",
    baud=9600,
    manners=Manners(patience=0.2, quiet=0.05),  # SIA OSDP 2.2, 5.7: a reply begins within 200 ms
    needs_address=True,
    urgent=True,
    protocol="osdp",
    tells=("card_read", "keys_pressed", "fault_reported", "setting_read"),
    does=("led", "beep", "identify"),
    longest=10.0,  # opening asks three times, news four
)
