"""LED boards for residents with an Onbon BX-5K or BX-6K controller (``codecs/onbon_k.py``).

Each line of the board is an area of its own, so that one is renewed without touching the others.
The texts stand in the controller's memory: a board that lost its power is dark until told anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from annotated_types import Interval

from agent.drivers.arguments import number_of
from agent.drivers.base import Model, Refused, Seat
from agent.drivers.codecs import onbon_k
from agent.drivers.codecs.base import search
from agent.drivers.codecs.onbon_k import ACK, NACK, Area, Frame
from agent.drivers.telling.asked import words_of
from agent.drivers.telling.gbk import as_gbk
from agent.line.asking import Asks, Found, Manners
from agent.model.messages import Command, Event, Fields, Message
from agent.model.time import Now

_GARBLED = 5  # its own CRC failed: the wire, not the command
_ERRORS: Mapping[int, str] = MappingProxyType(
    {
        1: "it does not know this group of commands 命令分组错误",
        2: "it does not know this command 无此命令",
        3: "it is busy 控制卡忙",
        4: "its memory is full 存储空间不足",
        12: "it has no font for this text 字库不存在",
        13: "it is another type of controller 控制卡型号不符",
    }
)  # section 6 of the protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class LedOptions:
    """``width``, ``height``: of the board in pixels.  ``lines``: how many it is divided into.

    ``keep_s``: a line that got nothing new for so long goes dark; 0 keeps it.
    """

    width: Annotated[int, Interval(ge=16, le=4096)] = 64
    height: Annotated[int, Interval(ge=16, le=512)] = 32
    lines: Annotated[int, Interval(ge=1, le=5)] = 2  # BX-6K has five areas
    keep_s: Annotated[int, Interval(ge=0, le=65_535)] = 0
    characters: Annotated[int, Interval(ge=8, le=400)] = 200


class LedDisplay:
    every = 30.0

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._options = seat.options if isinstance(seat.options, LedOptions) else LedOptions()
        self._screen = 1 if seat.address is None else seat.address

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        del now
        await self._ask(line, onbon_k.ping(self._screen))
        return ()

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        if command.action == "show":
            shown = self._line(command, 1)
            text = words_of(command, self._options.characters)
            area, replaced = self._area(shown, text)
            await self._ask(line, onbon_k.shows(self._screen, [area]))
            return [self._event(now, {"text": text, "line": shown, "replaced": replaced})]
        if command.action == "clear":
            shown = self._line(command, 0)
            area_number = shown - 1 if shown else None
            await self._ask(line, onbon_k.clears(self._screen, area_number))
            return [self._event(now, {"text": "", "line": shown, "replaced": 0})]
        raise Refused(f"a board cannot {command.action} 显示屏没有这个动作")

    def _line(self, command: Command, least: int) -> int:
        """From 1 on; 0 is all of them, where that means something."""
        wanted = number_of(command, "line", self._options.lines, least)
        if wanted < least:
            raise Refused(f"line 0 is not one of 1 to {self._options.lines} 行号无效")
        return wanted

    def _area(self, shown: int, text: str) -> tuple[Area, int]:
        options = self._options
        height = options.height // options.lines
        # A backslash begins an order to the controller (10.1), such as another colour.
        written, replaced = as_gbk(text.replace("\\", "＼"))
        still = len(written) * height // 2 <= options.width  # ASCII is half as wide as high
        place = (shown - 1, 0, (shown - 1) * height, options.width, height)
        return Area(*place, text=written, still=still, keep_s=options.keep_s), replaced

    async def _ask(self, line: Asks, request: bytes) -> None:
        answer = await line.ask(request, self._answer, expect=34)
        if answer.code == NACK or answer.error:
            why = _ERRORS.get(answer.error, "it refuses 控制卡拒绝")
            raise Refused(f"{why} (error {answer.error})")

    def _answer(self, heard: bytes) -> Found[Frame] | None:
        """A yes or a no of this board; that it heard rubbish is none."""

        def wanted(frame: Frame) -> bool:
            ours = frame.sender == self._screen and frame.to == onbon_k.HOST
            return ours and frame.code in (ACK, NACK) and frame.error != _GARBLED

        return search(onbon_k.take, heard, wanted)

    def _event(self, now: Now, told: Fields) -> Event:
        seat = self._seat
        data = {**told, "confirmed": True}
        return Event(device=seat.device, at=now(), kind="text_shown", data=data, point=seat.point)


MODEL = Model(
    name="led-display",
    build=LedDisplay,
    options=LedOptions,
    zh="LED 显示屏（仰邦 BX-5K/6K 字库卡）",
    en="LED text board (Onbon BX-5K, BX-6K)",
    baud=57600,
    manners=Manners(patience=2.0, quiet=0.1),  # "within 2 s" (8.8)
    needs_address=True,
    protocol="onbon_k",
    tells=("text_shown",),
    does=("show", "clear"),
)
