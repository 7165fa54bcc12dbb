"""Advertisements: each is a whole, and what is in it is worked out by a public parser.

The parsers (bthome-ble, ruuvitag-ble, xiaomi-ble) are what Home Assistant reads the same devices
with, on many thousand homes.  They are loaded when the first frame needs one, since they bring
megabytes (docs/adr/0009).  They say what a frame holds, never why they refuse one: that is looked
at here and in the codecs, before they are asked.
"""

import importlib.util
import logging
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, More, Why

MOST: Final = 254
"""Bytes of one piece of service or manufacturer data: its length is one byte (Core 5.4 Vol 3 Part C
11), which counts the type as well."""

NOBODY: Final = "00:00:00:00:00:00"
Sort = Literal["value", "state", "event"]


def sig(number: int) -> str:
    """The UUID of a 16-bit number that the Bluetooth SIG gave out."""
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that an advertisement tells.

    ``value``: a number, a text, None where the sensor has none; of a state a bool, of an event its
    type.  ``unit``: as the parser names it.
    """

    name: str
    value: float | str | bool | None
    unit: str = ""
    sort: Sort = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The shape in which the parsers want an advertisement."""

    address: str
    name: str = ""
    rssi: int = -60
    service_data: Mapping[str, bytes] = field(default_factory=dict)
    manufacturer_data: Mapping[int, bytes] = field(default_factory=dict)
    time: float = 0.0
    source: str = "local"


@cache
def parser(module: str) -> Any:  # noqa: ANN401  # loaded late: they cost megabytes
    """The parser's module.  It writes a line for each bad advertisement of any passer-by: not here.

    ImportError if it is not installed.
    """
    found = importlib.import_module(module)
    logging.getLogger(module.partition(".")[0]).setLevel(logging.CRITICAL)
    return found


@cache
def is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


STUMBLES: Final = (ArithmeticError, LookupError, NameError, TypeError, ValueError, struct.error)
"""What a parser trips over in bytes that its makers never saw: it is theirs, and tells nothing."""


def ask(reader: Any, heard: Heard) -> tuple[Told, ...]:  # noqa: ANN401  # an object of a parser
    """Everything that ``reader``, made for this one advertisement, finds in it."""
    try:
        update = reader.update(heard)
    except STUMBLES:
        return ()
    units = {
        key: str(about.native_unit_of_measurement or "")
        for key, about in update.entity_descriptions.items()
    }
    values = (
        Told(key.key, _plain(value.native_value), units.get(key, ""))
        for key, value in update.entity_values.items()
        if key.key != "signal_strength"
    )
    states = (
        Told(key.key, bool(state.native_value), sort="state")
        for key, state in update.binary_entity_values.items()
    )
    events = (
        Told(key.key, str(event.event_type), sort="event") for key, event in update.events.items()
    )
    return (*values, *states, *events)


def _plain(value: object) -> float | str | bool | None:
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def shown(told: Iterable[Told]) -> dict[str, object]:
    """As JSON.  An event says more than the state of the same name, so it stands last."""
    return {each.name: each.value for each in told}


def alone(_buffer: bytes, _direction: Direction | None) -> Bad:
    """There is no frame within an advertisement."""
    return NOISE


def wreck(why: Why | More, buffer: bytes) -> Bad | More:
    """All of it."""
    return MORE if isinstance(why, More) else Bad(why, len(buffer))
