"""The maps that come with the box: one file per transmitter in ``agent/drivers/maps``.

A map is data: registers as on the wire, and where they were found.  A transmitter without a map
needs none: its fields can be written in the configuration.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from agent.drivers.air.fields import Field, Flag

FOLDER = Path(__file__).resolve().parent.parent / "maps"

Name = Literal[
    "adtek-co2",
    "cwt-weather-station",
    "elt-mb-350u",
    "gemho-noise",
    "jxbs-3001-pm",
    "jxct-illuminance",
    "jxct-optical-rain",
    "jxct-temperature-humidity",
    "jxct-wind-direction",
    "jxct-wind-speed",
    "renke-weather-station",
    "renke-wind-direction",
    "renke-wind-speed",
    "rs-zs-n01",
    "sen0482-wind-direction",
    "sen0483-wind-speed",
    "xm9505-rain",
    "xy-md02",
]
NAMES: tuple[Name, ...] = get_args(Name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """``baud`` and ``address`` as delivered, None where the source does not say; ``period``: how
    often the device has a new value, seconds."""

    zh: str
    en: str
    baud: int | None = None
    address: int | None = None
    period: float
    source: str
    fields: tuple[Field, ...]
    faults: tuple[Flag, ...] = ()


@cache
def shipped(name: Name) -> Map:
    """The map of that name."""
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    fields = tuple(Field(**_row(row)) for row in told.pop("field"))
    faults = tuple(Flag(**_row(row)) for row in told.pop("fault", []))
    return Map(**told, fields=fields, faults=faults)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def table() -> str:
    """All maps as docs/devices/modbus-sensor.md has them."""
    rows = ["| map | device | line | registers | every | source |\n|---|---|---|---|---|---|\n"]
    for name in NAMES:
        told = shipped(name)
        line = f"{told.baud or 'baud ?'}, address {told.address or '?'}"
        fields = "; ".join(map(_field, told.fields))
        device = f"{told.zh} {told.en}"
        rows.append(
            f"| `{name}` | {device} | {line} | {fields} | {told.period:g} s | {told.source} |\n"
        )
    return "".join(rows)


def _field(field: Field) -> str:
    function = "" if field.function == 3 else f" (function {field.function})"
    return f"{field.register}{function} `{field.quantity}` {field.type} × {field.scale:g}"
