"""What a worker process is told at its start: its bus, and where the core listens.

It is written as one JSON line to the worker's standard input, which then stays open: when it
ends, the core is gone.  Devices carry no place with them; a driver has no use for it.  Options are
flat: numbers, words, tuples of them, and paths where the name ends in ``_file`` (a test holds every
driver of the register to that).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agent.config.settings import Bus, Device, Output
from agent.drivers.base import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """``who``: the worker's name, never used again.  ``shift_ns``: what its own CLOCK_BOOTTIME
    lacks to be the core's, 0 unless a drill plays with time."""

    who: str
    socket: str
    boot: str
    shift_ns: int
    bus: Bus
    devices: tuple[Device, ...]

    def to_json(self) -> str:
        bare = replace(self, devices=tuple(replace(d, place=None) for d in self.devices))
        return json.dumps(asdict(bare), default=_text)


def from_json(text: str, models: Mapping[str, Model]) -> Errand:
    told = json.loads(text)
    devices = tuple(_device(device, models) for device in told.pop("devices"))
    return Errand(bus=Bus(**told.pop("bus")), devices=devices, **told)


def _device(told: dict[str, Any], models: Mapping[str, Model]) -> Device:
    outputs = tuple(Output(**output) for output in told.pop("outputs"))
    flat = told.pop("options")
    options = None if flat is None else models[told["driver"]].options(**_meant(flat))
    return Device(outputs=outputs, options=options, **told)


def _text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"not flat: {type(value).__name__}")


def _meant(told: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists where we have tuples, and texts where we have paths."""
    return {name: _value(name, value) for name, value in told.items()}


def _value(name: str, value: object) -> object:
    if name.endswith("_file") and isinstance(value, str):
        return Path(value)
    return tuple(value) if isinstance(value, list) else value
