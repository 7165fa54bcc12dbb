"""Balances and terminals that speak MT-SICS (``codecs/mtsics.py``)."""

from collections.abc import Iterable

from agent.drivers.base import Model, NoOptions, Refused, Seat
from agent.drivers.codecs import mtsics
from agent.drivers.codecs.base import search
from agent.drivers.codecs.mtsics import BUSY, DONE, OVER, STABLE, UNDER, Line
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import OVERLOAD, UNDERLOAD, Telling
from agent.line.asking import Answer, Asks, Manners
from agent.model.messages import Command, Message, Quality
from agent.model.time import Now

_BEYOND = {OVER: OVERLOAD, UNDER: UNDERLOAD}
_ORDERS = {"tare": (mtsics.TARE, STABLE), "zero": (mtsics.ZERO, DONE)}

STANDS_STILL_S = 15.0
"""``T`` and ``Z`` wait until the load lies still, then answer ``I``; balances give up after some
seconds, and how many is a setting."""


class MtSics:
    """Stable values are good, dynamic ones suspect."""

    every = 1.0

    def __init__(self, seat: Seat) -> None:
        self._telling = Telling(seat)

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        """``SI``, not ``S``: that one waits for stability, and a wire waits with it."""
        answer = _answer(mtsics.WEIGH)
        frame = await line.ask(mtsics.encode(mtsics.WEIGH_NOW), answer, expect=18)
        if frame.status in _BEYOND:
            return self._telling.beyond(_BEYOND[frame.status], now())
        factor = KILOGRAMS.get(frame.unit or "")
        if frame.weight is None or factor is None:
            raise Refused(f"{frame.text} {frame.unit or ''}: {_why(frame)}")
        quality = Quality.GOOD if frame.status == STABLE else Quality.SUSPECT
        return self._telling.weight(float(frame.weight * factor), quality, now())

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        """``tare`` and ``zero``; done once the balance says so."""
        del now
        if command.action not in _ORDERS:
            raise Refused(f"a balance cannot {command.action} 天平没有这个动作")
        order, done = _ORDERS[command.action]
        frame = await line.ask(
            mtsics.encode(order), _answer(order), expect=18, patience=STANDS_STILL_S
        )
        if frame.status != done:
            raise Refused(f"{frame.text}: {_why(frame)}")
        return []


def _answer(command: str) -> Answer[Line]:
    """Finds what answers ``command``, errors included; an echo of it is no answer."""

    def wanted(frame: Line) -> bool:
        return frame.status is not None and frame.command in (command, "")

    return lambda heard: search(mtsics.take, heard, wanted)


def _why(frame: Line) -> str:
    if not frame.command:
        return "it does not understand 指令不被接受"
    if frame.weight is not None:
        return "no unit of mass that is known 未知的质量单位"
    if frame.status == BUSY:
        return "not now: busy, or it does not lie still 正忙或未稳定"
    return "out of its range 超出允许范围"


MODEL = Model(
    name="mt-sics",
    build=MtSics,
    options=NoOptions,
    zh="梅特勒-托利多天平、秤（MT-SICS）",
    en="Mettler Toledo balance or scale (MT-SICS)",
    baud=9600,
    manners=Manners(patience=0.5, quiet=0.3),  # a public log shows 125 to 150 ms per command
    protocol="mtsics",
    measures=("weight",),
    tells=("fault_reported",),
    does=("tare", "zero"),
    longest=STANDS_STILL_S,
)
