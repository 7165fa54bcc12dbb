"""Xiaomi's MiBeacons (``codecs/mibeacon.py``): thermometers, contacts, smoke, leak, buttons, locks.

Of a door lock it tells what happened there, and no more: it cannot open one, and nothing that it
says is a code or a card.  Who it was, the lock's number of a finger or a key, stays at the lock.

The parser is xiaomi-ble, an extra; without it the device says so, as a fault.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.drivers.base import Model, Radio, Refused, Seat
from agent.drivers.codecs import mibeacon
from agent.drivers.codecs.adverts import Told, is_installed
from agent.drivers.codecs.base import Bad, Direction, Given, Got, Why
from agent.drivers.radio.beacon_keys import beacon_key
from agent.drivers.radio.recent import Recent, Seldom
from agent.drivers.radio.saying import Says, values
from agent.line.radio import Advert
from agent.model.messages import Message
from agent.model.time import Stamp

_NAMES: Final = {
    "temperature": "temperature",
    "humidity": "humidity",
    "battery": "battery",
    "illuminance": "illuminance",
    "formaldehyde": "formaldehyde",
    "mass": "weight",
    "power": "power",
}
"""xiaomi-ble's names, and ours.  ``voltage`` is not told: it is worked out from the battery's %."""

_OPENED: Final = ("unlock_outside_the_door", "unlock_inside_the_door")
_CLOSED: Final = ("locked", "lock_inside_the_door", "lock_outside_the_door")
_MATCHED: Final = "match_successful"
_TROUBLES: Final = (
    "door_left_open",
    "door_stuck",
    "pry_the_door",
    "device_forcibly_removed",
    "problem",
)
_QUIET: Final = ("lock", "fingerprint", "stabilized", "toothbrush", "knock_on_the_door", "armed")
"""States that the events beside them tell better, or that are nobody's business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MiBeaconOptions:
    """``key_file``: the bindkey, 16 bytes, or 12 of a device before version 4.

    ``sleepy``: it speaks when something happens: a lock, a contact, a button.
    """

    key_file: Path | None = None
    sleepy: bool = False


class MiBeacon:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, MiBeaconOptions) else MiBeaconOptions()
        self._key = beacon_key(options.key_file, mibeacon.KEY, mibeacon.OLD_KEY)
        self._says, self._recent, self._seldom = Says(seat), Recent(), Seldom()

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        heard = advert.service_data
        service = next((one for one in (mibeacon.SERVICE, *mibeacon.OTHERS) if one in heard), None)
        if service is None or not self._recent.is_new(heard[service], at):
            return ()
        if not is_installed(mibeacon.PROTOCOL.needs):
            return self._fault("no_parser", at)
        if isinstance(self._key, Refused):
            return self._fault("no_key", at)
        given = Given(address=advert.address, key=self._key, service=service)
        taken = mibeacon.Hearing(given).take(heard[service], Direction.DEVICE)
        if isinstance(taken, Bad) and taken.why is Why.KEY:
            return self._fault("wrong_key", at)
        return self._told(taken.frame.told, at) if isinstance(taken, Got) else ()

    def _fault(self, fault: str, at: Stamp) -> list[Message]:
        return [self._says.fault(fault, at)] if self._seldom.may(fault, at) else []

    def _told(self, told: tuple[Told, ...], at: Stamp) -> list[Message]:
        return [*self._readings(told, at), *self._states(told, at), *self._events(told, at)]

    def _readings(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        for name, number, value, _ in values(told):
            if name in _NAMES and number == 1:
                yield self._says.reading(_NAMES[name], value, at)

    def _states(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        for each in told:
            if each.sort != "state" or each.name in _QUIET:
                continue
            if each.name == "battery":
                if self._says.rose(each):
                    yield self._says.event("battery_low", at, {"battery": None, "voltage": None})
            elif each.name in _TROUBLES:
                if self._says.rose(each):
                    yield self._says.fault(each.name, at)
            else:
                yield from self._says.changed(each, at)

    def _events(self, told: tuple[Told, ...], at: Stamp) -> Iterator[Message]:
        source = next((str(each.value) for each in told if each.name == "lock_method"), "lock")
        for each in told:
            if each.sort == "event":
                yield from self._event(each, source, at)

    def _event(self, told: Told, source: str, at: Stamp) -> Iterator[Message]:
        what = str(told.value)
        if told.name == "lock":
            kind = {
                **dict.fromkeys(_OPENED, "lock_opened"),
                **dict.fromkeys(_CLOSED, "lock_closed"),
            }
            if what in kind:
                yield self._says.event(kind[what], at, {"channel": 1, "source": source})
        elif told.name == "error":
            yield self._says.fault(what, at)
        elif told.name == "fingerprint" and what != _MATCHED:
            yield self._says.fault(f"fingerprint_{what}", at)
        elif told.name.startswith("button"):
            yield self._says.button(told, at)


class SleepyMiBeacon(MiBeacon):
    """It speaks when something happens, be it once a year."""

    silence = math.inf


def build(seat: Seat) -> MiBeacon:
    sleepy = isinstance(seat.options, MiBeaconOptions) and seat.options.sleepy
    return SleepyMiBeacon(seat) if sleepy else MiBeacon(seat)


MODEL = Model(
    name="mibeacon",
    build=build,
    options=MiBeaconOptions,
    zh="小米 MiBeacon 设备（温湿度、门磁、烟感、水浸、门锁事件）",
    en="Xiaomi MiBeacon device (sensor, contact, events of a lock)",
    needs_address=True,
    protocol="mibeacon",
    measures=tuple(_NAMES.values()),
    tells=(
        *("input_changed", "button_pressed", "battery_low", "fault_reported"),
        *("lock_opened", "lock_closed"),
    ),
    radio=Radio(),
)
