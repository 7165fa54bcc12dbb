"""Noise meters and dust stations that report by HJ 212-2017 (``codecs/hj212.py``).

They were made to report to a platform; here the box is at the other end of their serial port, and
only listens.  Codes are those of HJ 212-2017, tables B.2 and B.3.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Literal

from annotated_types import Interval

from agent.drivers.air.telling import Faults, readings
from agent.drivers.base import Model, Seat
from agent.drivers.codecs import hj212
from agent.drivers.codecs.base import Stream
from agent.drivers.codecs.hj212 import Packet
from agent.model.messages import Message, Quality
from agent.model.time import Stamp

_REALTIME = "2011"
_STATISTICS = {"2051": "minute", "2061": "hour", "2031": "day"}
_DAILY = ("Ldn", "Ld", "Ln")  # only a day has them, whatever ``statistics`` asks for

_NOISE = {
    "Leq": "sound_leq",
    "L5": "sound_l5",
    "L10": "sound_l10",
    "L50": "sound_l50",
    "L90": "sound_l90",
    "L95": "sound_l95",
    "LMx": "sound_max",
    "LMn": "sound_min",
    "Ldn": "sound_ldn",
    "Ld": "sound_ld",
    "Ln": "sound_ln",
}
_DUST = {"a34001": "tsp", "a34002": "pm10", "a34004": "pm2_5", "a34005": "pm1"}
_AIR = {
    "LA": ("sound_level", 1.0),
    "a01001": ("temperature", 1.0),
    "a01002": ("humidity", 1.0),
    "a01006": ("pressure", 10.0),  # told in kPa
    "a01007": ("wind_speed", 1.0),
    "a01008": ("wind_direction", 1.0),
}
_QUALITIES = {
    "N": Quality.GOOD,
    "M": Quality.SUSPECT,  # maintenance
    "S": Quality.SUSPECT,  # set by hand
    "C": Quality.SUSPECT,  # calibrating
    "F": Quality.INVALID,  # out of use
    "D": Quality.INVALID,  # fault
    "T": Quality.INVALID,  # over its range
    "B": Quality.INVALID,  # no word from the sensor
}
_FAULTS = {"D": "fault", "B": "no word from the sensor"}
_REMEMBERED = 16  # packets; an instrument repeats one three times at most (HJ 212-2017, 6.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hj212Options:
    """``statistics``: which of them are told: of one quantity only one length of time, for a
    minute and a day are not one series.  ``dust``: the unit of its particulate values, µg/m³ or
    mg/m³.  ``silence_s``: longer than its interval, 30 to 3600 s."""

    statistics: Literal["minute", "hour", "day"] = "minute"
    dust: Literal["ug", "mg"] = "ug"
    silence_s: Annotated[float, Interval(ge=35, le=7200)] = 120.0


class Hj212:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, Hj212Options) else Hj212Options()
        self._seat, self._options = seat, options
        self._stream = Stream(hj212.take, hj212.MOST)
        self._faults, self._flags = Faults(seat), dict[str, str]()
        self._seen = deque[tuple[str, ...]](maxlen=_REMEMBERED)
        dust = 1000.0 if options.dust == "mg" else 1.0
        self._realtime = _AIR | {code: (q, dust) for code, q in _DUST.items()}
        self._realtime |= {code: (q, 1.0) for code, q in _NOISE.items()}

    @property
    def silence(self) -> float:
        return self._options.silence_s

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        told = list[Message]()
        for packet in self._stream.feed(data):
            if self._is_new(packet):
                told += self._messages(packet, at)
        return told

    def _is_new(self, packet: Packet) -> bool:
        """It repeats what was not acknowledged, and we never acknowledge."""
        name = tuple(packet.fields.get(key, "") for key in ("QN", "CN", "MN", "PNO"))
        if name[0] and name in self._seen:
            return False
        self._seen.append(name)
        return True

    def _messages(self, packet: Packet, at: Stamp) -> Iterator[Message]:
        cn, cp = packet.fields.get("CN"), packet.cp or {}
        if cn == _REALTIME:
            yield from self._faults.now(self._broken(cp), at)
            yield from self._told(cp, at, self._realtime, ("-Rtd", "-td"))
        elif cn in _STATISTICS:
            yield from self._told(cp, at, self._wanted(_STATISTICS[cn]), ("-Data",))
            if cn == "2031":
                daily = {code: (_NOISE[code], 1.0) for code in _DAILY}
                yield from self._told(cp, at, daily, ("-DayData", "-NightData"))

    def _broken(self, cp: Mapping[str, str]) -> list[str]:
        """What is broken, by the last flag of each code: a split message has not all of them."""
        flags = {code: cp[f"{code}-Flag"] for code in self._realtime if f"{code}-Flag" in cp}
        self._flags |= flags
        return [f"{code} {_FAULTS[f]}" for code, f in self._flags.items() if f in _FAULTS]

    def _wanted(self, length: str) -> Mapping[str, tuple[str, float]]:
        """Statistics over this length of time that are told, as far as they stand for all of it."""
        all_of_it = length == self._options.statistics
        codes = _NOISE if all_of_it else _DAILY if length == "day" else ()
        return {code: (_NOISE[code], 1.0) for code in codes}

    def _told(
        self,
        cp: Mapping[str, str],
        at: Stamp,
        codes: Mapping[str, tuple[str, float]],
        endings: tuple[str, ...],
    ) -> Iterator[Message]:
        for code, (quantity, scale) in codes.items():
            texts = [cp[code + ending] for ending in endings if code + ending in cp]
            value = _number(texts[0]) if texts else None
            if value is not None:
                quality = _QUALITIES.get(cp.get(f"{code}-Flag", "N"), Quality.SUSPECT)
                scaled = value if scale == 1 else round(value * scale, 6)
                yield from readings(self._seat, at, [(quantity, scaled)], quality)


def _number(text: str) -> float | None:
    """``60.97``; None for what is no finite number, which instruments send when they have none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


MODEL = Model(
    name="hj212",
    build=Hj212,
    options=Hj212Options,
    zh="HJ 212-2017 噪声、扬尘监测仪",
    en="noise or dust instrument that speaks HJ 212-2017",
    baud=9600,
    shares=False,
    protocol="hj212",
    measures=(*(q for q, _ in _AIR.values()), *_DUST.values(), *_NOISE.values()),
    tells=("fault_reported",),
)
