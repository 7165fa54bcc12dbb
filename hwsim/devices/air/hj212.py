"""A noise and dust station that reports by HJ 212-2017: ``##0xxxQN=…;CP=&&…&&CRC CR LF``.

Every ``rtd_s`` a packet 2011 with what it measures, every minute a 2051 with the statistics of LA,
worked out from a value a second.  Wanting an answer (``flag`` 5) it repeats a packet three times,
``timeout_s`` apart, since nobody acknowledges.  It deviates from the standard where it is told to.
Source: HJ 212-2017, 6.1 to 6.3, tables B.2 and B.3, annex A.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.stand import Stand

BORN = datetime(2026, 3, 1, 8, 0, 0)  # noqa: DTZ001  # an instrument's clock has no zone
REPEATS = 3
MINUTE_S = 60
HOMES = {
    "sound_level": 55.0,
    "pm2_5": 35.0,
    "pm10": 52.0,
    "tsp": 80.0,
    "temperature": 21.0,
    "humidity": 60.0,
    "pressure": 1013.0,
    "wind_speed": 2.0,
    "wind_direction": 120.0,
}
CODES = {
    "sound_level": "LA",
    "pm2_5": "a34004",
    "pm10": "a34002",
    "tsp": "a34001",
    "temperature": "a01001",
    "humidity": "a01002",
    "pressure": "a01006",
    "wind_speed": "a01007",
    "wind_direction": "a01008",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    rtd_s: float = 30.0
    flag: int = 4  # 5: it wants an answer
    timeout_s: float = 10.0
    data_flag: str = "N"
    misspells: bool = False  # LA-td
    semicolon: bool = False  # one more at the end
    swapped: bool = False  # MN before PW, and an MN of its own form
    split: bool = False  # each report in two packets
    milligrams: bool = False


def crc(data: bytes) -> str:
    """Annex A: the byte is taken in before the eight shifts."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ byte
        for _ in range(8):
            odd, value = value & 1, value >> 1
            value ^= 0xA001 if odd else 0
    return f"{value:04X}"


def packet(data: str) -> bytes:
    body = data.encode("ascii")
    return f"##{len(body):04d}{data}{crc(body)}\r\n".encode("ascii")


class Station(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._values, self._heard = dict(HOMES), list[float]()
        self._homes = dict(HOMES)
        self._number, self._on = 0, True

    def start(self) -> None:
        self._stand.every(1.0, self._second)
        self._stand.every(self._options.rtd_s, self._realtime)
        self._stand.every(MINUTE_S, self._minute)

    def powered(self, on: bool) -> None:
        self._on = on

    def _second(self) -> None:
        for name, home in self._homes.items():
            step = self._stand.dice.gauss(0, 0.01 * home)
            self._values[name] = 0.9 * self._values[name] + 0.1 * home + step
        self._heard = [*self._heard, self._values["sound_level"]][-MINUTE_S:]

    def _realtime(self) -> None:
        shown = {name: self._shown(name) for name in CODES}
        items = [self._item(name, value) for name, value in shown.items()]
        halves = [items[:4], items[4:]] if self._options.split else [items]
        names = list(shown)
        parts = [names[:4], names[4:]] if self._options.split else [names]
        for at, (half, part) in enumerate(zip(halves, parts, strict=True), 1):
            self._send("2011", half, {name: shown[name] for name in part}, at, len(halves))

    def _shown(self, name: str) -> float:
        if name == "wind_direction":
            return float(round(self._values[name]) % 360)
        return round(max(0.0, self._values[name]), 0 if name == "pressure" else 1)

    def _item(self, name: str, value: float) -> str:
        code, ending = CODES[name], "Rtd"
        if name == "pressure":
            value = round(value / 10, 1)
        elif self._options.milligrams and name in ("pm2_5", "pm10", "tsp"):
            value = round(value / 1000, 4)
        if self._options.misspells and name == "sound_level":
            ending = "td"
        return f"{code}-{ending}={value},{code}-Flag={self._options.data_flag}"

    def _minute(self) -> None:
        if len(self._heard) < MINUTE_S:
            return
        told = dict(statistics(self._heard))
        items = [f"{code}-Data={value}" for code, (_, value) in told.items()]
        self._send("2051", items, dict(told.values()), 1, 1)

    def _send(
        self, cn: str, items: list[str], meaning: Mapping[str, object], part: int, parts: int
    ) -> None:
        if not self._on:
            return
        self._number += 1
        now = BORN + timedelta(seconds=self._stand.now)
        qn = f"{now:%Y%m%d%H%M%S}{self._number % 1000:03d}"
        data = f"QN={qn};ST=39;CN={cn};{self._names()};Flag={self._options.flag | 2 * (parts > 1)};"
        data += f"PNUM={parts};PNO={part};" if parts > 1 else ""
        tail = ";" if self._options.semicolon else ""
        data += f"CP=&&DataTime={now:%Y%m%d%H%M%S};{';'.join(items)}{tail}&&{tail}"
        times = REPEATS if self._options.flag & 1 else 1
        for turn in range(times):
            self._stand.say(packet(data), meaning, turn * self._options.timeout_s)

    def _names(self) -> str:
        if self._options.swapped:
            return "MN=dust-station-0815;PW=123456"
        return "PW=123456;MN=010000A8900016F000169DC0"

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            quantity = order.quantity or "sound_level"
            if quantity not in self._homes:
                raise CannotDo(f"{quantity} is not one of {', '.join(self._homes)}")
            self._homes[quantity] = self._values[quantity] = order.value
            self._stand.happened("set", **{quantity: order.value})

    def flood(self) -> Sequence[bytes]:
        head = "ST=39;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&LA-Rtd="
        return [packet(f"QN=20260301080000{n:03d};{head}{30 + n / 10}&&") for n in range(1000)]


def statistics(levels: Sequence[float]) -> Iterator[tuple[str, tuple[str, float]]]:
    """Code, quantity and value; LN is the level exceeded N % of the time."""
    loud = sorted(levels, reverse=True)
    energy = sum(10 ** (level / 10) for level in levels) / len(levels)
    yield "Leq", ("sound_leq", round(10 * math.log10(energy), 1))
    for share in (5, 10, 50, 90, 95):
        yield f"L{share}", (f"sound_l{share}", round(loud[len(loud) * share // 100], 1))
    yield "LMx", ("sound_max", round(loud[0], 1))
    yield "LMn", ("sound_min", round(loud[-1], 1))


SIM = Sim(name="hj212", build=Station, options=Options, orders=(Set,))
