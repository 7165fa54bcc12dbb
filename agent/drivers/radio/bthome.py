"""Beacons that speak BTHome version 2 (``codecs/bthome.py``): our own tilt, noise and air beacons,
contacts, buttons and scales, and hundreds of others.

With a key only what was sealed with it is believed, and each counter once.  Without one anybody
may say the same: such a beacon measures, and decides nothing.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from annotated_types import Predicate

from agent.drivers.base import Model, Radio, Refused, Seat
from agent.drivers.codecs import bthome
from agent.drivers.codecs.adverts import Told
from agent.drivers.codecs.base import Bad, Direction, Given, Got, Why
from agent.drivers.radio.beacon_keys import beacon_key
from agent.drivers.radio.recent import Recent, Seldom
from agent.drivers.radio.saying import Says, kept, values
from agent.line.radio import Advert
from agent.model.messages import Message
from agent.model.time import Stamp

_POUND_KG: Final = 0.45359237
_NAMES: Final = {
    "battery": "battery",
    "temperature": "temperature",
    "humidity": "humidity",
    "pressure": "pressure",
    "illuminance": "illuminance",
    "mass": "weight",
    "voltage": "voltage",
    "current": "current",
    "power": "power",
    "pm25": "pm2_5",
    "pm10": "pm10",
    "carbon_dioxide": "co2",
    "precipitation": "rain",
    "count": "count",
}
"""bthome-ble's names, and ours; of several objects of one kind the first."""

_WIND: Final = {"speed": "wind_speed", "direction": "wind_direction"}
_AXES: Final = {
    "rotation": ("tilt_x", "tilt_y", "tilt_z"),
    "acceleration": ("acceleration_x", "acceleration_y", "acceleration_z"),
}
"""Several objects of one kind, in the order of the axes."""

_RAW_SOUND: Final = 2  # bytes of a raw object that is a sound level: page, Frames
_LOUDEST: Final = 200.0
_HALF: Final = 180.0
_MEASURES: Final = (
    *_NAMES.values(),
    *_WIND.values(),
    *(axis for axes in _AXES.values() for axis in axes),
    "sound_level",
)
_FAULTS: Final = {Why.KEY: "wrong_key", Why.REPLAY: "replayed"}


def _is_measured(name: str) -> bool:
    return name in _MEASURES


@dataclass(frozen=True, slots=True, kw_only=True)
class BTHomeOptions:
    """``only``: these quantities; none: all it tells.  ``sleepy``: it may be silent for weeks.

    ``sound``: its raw object of two bytes is a sound level.  ``wind``: speed and direction are
    those of the wind.
    """

    key_file: Path | None = None
    only: tuple[Annotated[str, Predicate(_is_measured)], ...] = ()
    sound: bool = False
    wind: bool = False
    sleepy: bool = False


class BTHome:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, BTHomeOptions) else BTHomeOptions()
        self._options, self._key = options, beacon_key(options.key_file, bthome.KEY)
        self._says, self._recent, self._seldom = Says(seat), Recent(), Seldom()
        self._hearing: bthome.Hearing | None = None
        self._sealed = b""  # the last that was believed; it is sent several times

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        data = advert.service_data.get(bthome.SERVICE)
        if not data or data == self._sealed:
            return ()
        if isinstance(self._key, Refused):
            return self._fault("no_key", at)
        if self._hearing is None:
            self._hearing = bthome.Hearing(Given(address=advert.address, key=self._key))
        taken = self._hearing.take(data, Direction.DEVICE)
        if isinstance(taken, Bad) and taken.why in _FAULTS:
            return self._fault(_FAULTS[taken.why], at)
        return self._told(taken.frame, data, at) if isinstance(taken, Got) else ()

    def _fault(self, fault: str, at: Stamp) -> list[Message]:
        return [self._says.fault(fault, at)] if self._seldom.may(fault, at) else []

    def _told(self, frame: bthome.Frame, data: bytes, at: Stamp) -> list[Message]:
        """A packet is news once; one without a number may measure the same again."""
        if frame.counter is not None:
            self._sealed, is_news = data, True
        else:
            mark = data if frame.packet is None else bytes((frame.packet,))
            is_news = self._recent.is_new(mark, at)
        told = list[Message]()
        if is_news or frame.packet is None:
            told += self._readings(frame.told, at)
        if is_news:
            told += self._events(frame.told, at)
        return kept(told, self._options.only)

    def _readings(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        names = _NAMES | _WIND if self._options.wind else _NAMES
        for name, number, value, unit in values(told):
            if name in _AXES:
                if number <= len(_AXES[name]) and (name == "rotation" or _several(told, name)):
                    turned = _turned(value) if name == "rotation" else value
                    yield self._says.reading(_AXES[name][number - 1], turned, at)
            elif name in names and number == 1:
                weight = round(value * _POUND_KG, 4) if unit == "lb" else value
                yield self._says.reading(names[name], weight, at)
        if self._options.sound:
            yield from self._sounds(told, at)

    def _sounds(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        """Two raw bytes, little endian: tenths of a dB(A)."""
        for each in told:
            raw = bytes.fromhex(str(each.value)) if each.name == "raw" else b""
            level = int.from_bytes(raw, "little") / 10
            if len(raw) == _RAW_SOUND and level <= _LOUDEST:
                yield self._says.reading("sound_level", level, at)

    def _events(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        for each in told:
            if each.sort == "event" and each.name.startswith("button"):
                yield self._says.button(each, at)
            elif each.sort != "state":
                continue
            elif each.name == "battery":
                if self._says.rose(each):
                    yield self._says.event("battery_low", at, {"battery": None, "voltage": None})
            elif each.name == "problem":
                if self._says.rose(each):
                    yield self._says.fault("problem", at)
            else:
                yield from self._says.changed(each, at)


class SleepyBTHome(BTHome):
    """It speaks when something happens, be it once a year."""

    silence = math.inf


def _turned(degrees: float) -> float:
    """307° are -53°: an angle of ours goes from -180° to 180°."""
    return degrees if abs(degrees) <= _HALF else round((degrees + _HALF) % (2 * _HALF) - _HALF, 1)


def _several(told: tuple[Told, ...], name: str) -> bool:
    """One alone is a size without a direction."""
    return any(each.name == f"{name}_2" for each in told)


def build(seat: Seat) -> BTHome:
    sleepy = isinstance(seat.options, BTHomeOptions) and seat.options.sleepy
    return SleepyBTHome(seat) if sleepy else BTHome(seat)


MODEL = Model(
    name="bthome",
    build=build,
    options=BTHomeOptions,
    zh="BTHome 蓝牙信标（倾角、噪声、空气、门磁、按钮、秤）",
    en="BTHome beacon (tilt, noise, air, contact, button, scale)",
    needs_address=True,
    protocol="bthome",
    measures=_MEASURES,
    tells=("input_changed", "button_pressed", "battery_low", "fault_reported"),
    radio=Radio(),
)
