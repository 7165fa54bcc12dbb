"""Weighing transmitters that speak Modbus: KPR, BSQ and their kind.

The one scale here with a checksum *and* flags for rest, zero and overload, hence the one to buy.
Registers, bits and values: github aje/scale-docs, docs/status.md, adv-settings.md, calibration.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from agent.drivers.base import Model, Refused, Seat
from agent.drivers.registers import read_registers, write_registers
from agent.drivers.scales.masses import KILOGRAMS
from agent.drivers.scales.telling import OVERLOAD, UNDERLOAD, Telling
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message, Quality
from agent.model.time import Now

STATUS, GROSS, NET, TARE, ZERO = 0x08, 0x50, 0x52, 0x54, 0x5E
AUTO_TARE: Final = (0x7FFF, 0xFFFF)  # written to TARE: what lies there now is the tare
DO_ZERO: Final = (1,)

_DECIMALS, _MINUS, _UNSTABLE, _OVERFLOW, _OVERLOAD = 0x07, 1 << 3, 1 << 5, 1 << 6, 1 << 9

NEAR = 50
"""Last digits: the coarsest division of the maker's table (register 0058, value 0x11).  What is
tared or zeroed shows no more than that."""

LOOKS = 5
"""So often an order is looked after: the device's filter needs some of its conversions."""

_PLACES = {"gross": GROSS, "net": NET}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeigherOptions:
    """``value``: which weight.  ``unit``: what it was calibrated in; no register says so."""

    value: Literal["gross", "net"] = "gross"
    unit: Literal["kg", "g", "t"] = "kg"


class Weigher:
    """Unstable readings are suspect; overload and overflow have no weight."""

    every = 1.0

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, WeigherOptions) else WeigherOptions()
        self._telling = Telling(seat)
        self._address = 1 if seat.address is None else seat.address
        self._place, self._factor = _PLACES[options.value], KILOGRAMS[options.unit]

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        """The status before and after: a weight is good only if it lay still all the while."""
        status = await self._status(line)
        digits = await self._weight(line, self._place)
        status |= await self._status(line) & ~_DECIMALS
        if status & (_OVERLOAD | _OVERFLOW):
            return self._telling.beyond(UNDERLOAD if status & _MINUS else OVERLOAD, now())
        kg = (digits * self._factor).scaleb(-(status & _DECIMALS))
        quality = Quality.SUSPECT if status & _UNSTABLE else Quality.GOOD
        return self._telling.weight(float(kg), quality, now())

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        """``tare`` and ``zero``; done once the device shows it."""
        del now
        orders = {"tare": (TARE, AUTO_TARE, NET), "zero": (ZERO, DO_ZERO, GROSS)}
        if command.action not in orders:
            raise Refused(f"a scale cannot {command.action} 电子秤没有这个动作")
        if await self._status(line) & (_UNSTABLE | _OVERLOAD | _OVERFLOW):
            raise Refused("what lies on it does not lie still, or is too heavy 秤未稳定或超载")
        register, words, shown_at = orders[command.action]
        await write_registers(line, self._address, register, words)
        for _ in range(LOOKS):
            if abs(await self._weight(line, shown_at)) <= NEAR:
                return []
        raise Refused(f"it did not {command.action}: out of its range? 未执行，可能超出允许范围")

    async def _status(self, line: Asks) -> int:
        (status,) = await read_registers(line, self._address, STATUS, 1)
        return status

    async def _weight(self, line: Asks, place: int) -> int:
        """Last digits, signed; the high word comes first."""
        high, low = await read_registers(line, self._address, place, 2)
        return (high << 16 | low) - (high >> 15 << 32)


MODEL = Model(
    name="weigher-modbus",
    build=Weigher,
    options=WeigherOptions,
    zh="称重变送器（Modbus，KPR/BSQ 类）",
    en="weighing transmitter (Modbus, KPR/BSQ kind)",
    baud=9600,  # register 0001 = 3 as delivered; some are set to 19200
    manners=Manners(patience=0.3),
    needs_address=True,
    protocol="modbus",
    measures=("weight",),
    tells=("fault_reported",),
    does=("tare", "zero"),
)
