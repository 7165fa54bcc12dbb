"""The battery of anything with the Battery Service (``codecs/battery.py``), looked at now and then.

It is connected for that and left again: a link that is kept would empty what it measures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Interval

from agent.drivers.base import Model, Radio, Refused, Seat
from agent.drivers.codecs import battery
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.radio.saying import Says
from agent.line.radio import Gatt
from agent.model.messages import Message
from agent.model.time import Now


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryOptions:
    every_s: Annotated[int, Interval(ge=600, le=604_800)] = 21_600


class BleBattery:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, BatteryOptions) else BatteryOptions()
        self._says = Says(seat)
        self.every: Final = float(options.every_s)

    async def poll(self, line: Gatt, now: Now) -> Iterable[Message]:
        value = await line.read(battery.LEVEL)
        taken = battery.take(value, Direction.DEVICE)
        if not isinstance(taken, Got):
            raise Refused(
                f"it tells {value[:8].hex()} as a battery level 电量数值无效：{value[:8].hex()}"
            )
        return [self._says.reading("battery", float(taken.frame), now())]


MODEL = Model(
    name="ble-battery",
    build=BleBattery,
    options=BatteryOptions,
    zh="蓝牙设备电量（标准电池服务）",
    en="battery of any Bluetooth LE device (Battery Service)",
    needs_address=True,
    protocol="battery",
    measures=("battery",),
    radio=Radio(link="demand"),
)
