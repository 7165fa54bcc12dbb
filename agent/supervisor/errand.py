"""What a worker process is told at its start: its bus, and where the core listens.

It is written as one JSON line to the worker's standard input, which then stays open: when it
ends, the core is gone.  Devices carry no place with them; a driver has no use for it.  Options are
numbers, words, paths, tables (dataclasses) and tuples of them: a test holds every driver of the
register to that.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

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
    table = told.pop("options")
    kind = models[told["driver"]].options
    options = None if table is None else revived(kind, table)
    return Device(outputs=outputs, options=options, **told)


def _text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"cannot be told: {type(value).__name__}")


def revived(hint: Any, value: Any) -> Any:  # noqa: ANN401  # whatever an annotation allows
    """``value`` as JSON brought it, in the type of its annotation: JSON has no tuples, no paths
    and no dataclasses.  Bounds were checked when the configuration was loaded."""
    kinds = _kinds(hint)
    if isinstance(value, dict):
        kind: Any = next(kind for kind in kinds if is_dataclass(kind))
        hints = get_type_hints(kind, include_extras=True)
        return kind(**{name: revived(hints[name], inner) for name, inner in value.items()})
    if isinstance(value, list):
        inner = next(get_args(kind)[0] for kind in kinds if get_origin(kind) is tuple)
        return tuple(revived(inner, each) for each in value)
    return Path(value) if isinstance(value, str) and Path in kinds else value


def _kinds(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401  # same
    """What it may be, without bounds."""
    if get_origin(hint) is Annotated:
        return _kinds(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return tuple(kind for part in get_args(hint) for kind in _kinds(part))
    return (hint,)
