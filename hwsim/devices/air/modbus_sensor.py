"""RS-485 transmitters of several makers, each by the register table that its maker prints.

    weather   500 to 513, one after the other (ComWinTop and Renke small weather stations)
    climate   XY-MD02: input registers 1 and 2, and no holding registers for its values
    dust      JXBS-3001: PM2.5 in 4, PM10 in 9, and nothing between them
    gas       CO2 in 0, a status word in 1 whose bit 3 says that its lamp has failed

A register that is not there is refused (02), more than ``most`` in one question too (03); one that
is ``busy`` refuses now and then (06).
Sources: Sensors.js of the ComWinTop tool; devices.py of Nordmanngrowtechnology (XY-MD02); JXBS-3001
manual as Isuromu/Telemetry-Weather-station-system prints it; ``gas`` is made up to have a status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from hwsim.devices.base import CannotDo, Sim
from hwsim.devices.modbus import (
    BUSY,
    NO_VALUE,
    READ,
    READ_INPUT_REGISTERS,
    WRITE_ONE,
    Refuses,
    Slave,
)
from hwsim.orders import Order, Set
from hwsim.stand import Stand


class Row(NamedTuple):
    quantity: str
    register: int
    per_unit: int  # the word counts so many to one
    home: float
    words: int = 1


TABLES: Mapping[str, tuple[Row, ...]] = {
    "weather": (
        Row("wind_speed", 500, 100, 2.4),
        Row("wind_direction", 503, 1, 120.0),
        Row("humidity", 504, 10, 61.0),
        Row("temperature", 505, 10, -3.5),
        Row("sound_level", 506, 10, 52.0),
        Row("pm2_5", 507, 1, 35.0),
        Row("pm10", 508, 1, 52.0),
        Row("pressure", 509, 1, 1013.0),
        Row("illuminance", 510, 1, 81_000.0, 2),
        Row("rain", 513, 10, 12.4),
    ),
    "climate": (Row("temperature", 1, 10, 21.5), Row("humidity", 2, 10, 61.0)),
    "dust": (Row("pm2_5", 4, 1, 35.0), Row("pm10", 9, 1, 52.0)),
    "gas": (Row("co2", 0, 1, 640.0),),
}
UNUSED = {"weather": (501, 502, 512), "gas": (1,), "climate": (), "dust": ()}
STATUS, LAMP = 1, 1 << 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    table: Literal["weather", "climate", "dust", "gas"] = "weather"
    most: int = 125
    busy: float = 0.0  # of the questions
    lamp_failed: bool = False
    turnaround_s: float = 0.05


class Sensor(Slave):
    def __init__(self, stand: Stand, options: Options) -> None:
        super().__init__(stand, options.turnaround_s)
        self._options, self._rows = options, TABLES[options.table]
        self._homes = {row.quantity: row.home for row in self._rows}
        self._values = dict(self._homes)
        inputs = options.table == "climate"
        self.knows = frozenset((READ_INPUT_REGISTERS if inputs else READ, WRITE_ONE))

    def start(self) -> None:
        self._stand.every(1.0, self._step)

    def _step(self) -> None:
        for name, home in self._homes.items():
            step = self._stand.dice.gauss(0, 0.01 * abs(home))
            self._values[name] = 0.9 * self._values[name] + 0.1 * home + step

    def _word(self, row: Row) -> int:
        return round(self._values[row.quantity] * row.per_unit)

    def _table(self) -> Mapping[int, int]:
        if self._stand.dice.random() < self._options.busy:
            raise Refuses(BUSY)
        there = dict.fromkeys(UNUSED[self._options.table], 0)
        for row in self._rows:
            word = self._word(row)
            for at in range(row.words):
                there[row.register + at] = word >> 16 * (row.words - 1 - at) & 0xFFFF
        if self._options.table == "gas":
            there[STATUS] = LAMP if self._options.lamp_failed else 0
        return there

    def registers(self) -> Mapping[int, int]:
        return self._table()

    def input_registers(self) -> Mapping[int, int]:
        return self._table()

    def _read(self, request: bytes, first: int, count: int) -> None:
        if count > self._options.most:
            raise Refuses(NO_VALUE)
        super()._read(request, first, count)

    def meaning(self, first: int, count: int) -> Mapping[str, object]:
        asked = range(first, first + count)
        rows = [r for r in self._rows if r.register in asked and r.register + r.words - 1 in asked]
        return {row.quantity: self._word(row) / row.per_unit for row in rows}

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            quantity = order.quantity or self._rows[0].quantity
            if quantity not in self._homes:
                raise CannotDo(f"{quantity} is not one of {', '.join(self._homes)}")
            self._homes[quantity] = self._values[quantity] = order.value
            self._stand.happened("set", **{quantity: order.value})


SIM = Sim(name="modbus_sensor", build=Sensor, options=Options, orders=(Set,), needs_address=True)
