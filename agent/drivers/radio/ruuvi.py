"""Ruuvi tags and the Ruuvi Air (``codecs/ruuvi.py``).  Open: anybody may say the same.

A tag that is screwed to a wall or a slope tells from gravity how it leans (``tilt``): that is the
mean over ``mean_s`` seconds, since one look of it is worth little.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Interval

from agent.drivers.base import Model, Radio, Seat
from agent.drivers.codecs import ruuvi
from agent.drivers.codecs.adverts import Told
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.radio.leaning import AXES, Leaning
from agent.drivers.radio.recent import Recent
from agent.drivers.radio.saying import Says
from agent.drivers.slope.wit_stream import gravity
from agent.line.radio import Advert
from agent.model.messages import Message
from agent.model.time import Stamp

_NAMES: Final = {
    "temperature": "temperature",
    "humidity": "humidity",
    "pressure": "pressure",
    "voltage": "voltage",
    "illuminance": "illuminance",
    "pm1": "pm1",
    "pm25": "pm2_5",
    "pm4": "pm4",
    "pm10": "pm10",
    "carbon_dioxide": "co2",
    "voc_index": "voc_index",
    "nox_index": "nox_index",
}
"""ruuvitag-ble's names, and ours."""

_PULLS: Final = ("acceleration_x", "acceleration_y", "acceleration_z")
_MILLIVOLT: Final = 0.001
_PAUSE_S: Final = 60.0  # between two that are heard; a mean over more would be of two places


@dataclass(frozen=True, slots=True, kw_only=True)
class RuuviOptions:
    """``every_s``: readings at most so often.  ``mean_s``: what a reading of tilt stands for."""

    every_s: Annotated[float, Interval(ge=0, le=3600)] = 10.0
    tilt: bool = False
    mean_s: Annotated[float, Interval(ge=10, le=3600)] = 60.0


class Ruuvi:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, RuuviOptions) else RuuviOptions()
        self._says, self._recent = Says(seat), Recent()
        self._every_ns = int(options.every_s * 1e9)
        self._leaning = Leaning(seat, options.mean_s, _PAUSE_S) if options.tilt else None
        self._last: Stamp | None = None

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        data = advert.manufacturer.get(ruuvi.COMPANY)
        if not data or not self._recent.is_new(data, at):
            return ()
        taken = ruuvi.take(data, Direction.DEVICE)
        if not isinstance(taken, Got):
            return ()
        told = list(self._leans(taken.frame.told, at))
        return [*told, *self._readings(taken.frame.told, at)] if self._is_due(at) else told

    def _is_due(self, at: Stamp) -> bool:
        last = self._last
        if last and last.boot == at.boot and at.mono_ns - last.mono_ns < self._every_ns:
            return False
        self._last = at
        return True

    def _readings(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        for each in told:
            if not isinstance(each.value, int | float):
                continue
            if each.name in _PULLS:
                yield self._says.reading(each.name, float(each.value), at)
            elif each.name in _NAMES:
                scale = _MILLIVOLT if each.unit == "mV" else 1
                yield self._says.reading(_NAMES[each.name], round(float(each.value) * scale, 6), at)

    def _leans(self, told: tuple[Told, ...], at: Stamp) -> Iterable[Message]:
        if self._leaning is None:
            return ()
        pulls = [each.value for each in told if each.name in _PULLS]
        x, y, z = (float(p) if isinstance(p, int | float) else 0.0 for p in (*pulls, 0, 0, 0)[:3])
        return self._leaning.add(gravity(x, y, z), at) if x or y or z else ()


MODEL = Model(
    name="ruuvi",
    build=Ruuvi,
    options=RuuviOptions,
    zh="Ruuvi 蓝牙传感器（温湿度、气压、倾角；Air：PM、CO₂）",
    en="Ruuvi tag and Ruuvi Air (Bluetooth LE)",
    needs_address=True,
    protocol="ruuvi",
    measures=(*_NAMES.values(), *_PULLS, *AXES),
    radio=Radio(),
)
