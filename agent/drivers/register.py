"""Every kind of device that Linli knows.  A new one is a file beside this and one name below.

A driver is imported when somebody asks for it: a box that opens a gate need not carry the code, and
the megabytes, of forty others.
"""

import importlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from agent.drivers.base import Model

FAMILIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "scales": (
            "yaohua",
            "yaohua-cmd",
            "yaohua-equals",
            "yaohua-a12e",
            "scale-line",
            "toledo",
            "mt-sics",
            "weigher-modbus",
            "zemic",
        ),
        "air": ("noise-485", "pms", "sds011", "hj212", "modbus-sensor"),
        "slope": (
            "wit-tilt-485",
            "wit-stream",
            "rion",
            "bwsensing",
            "laser-crack",
            "rain-gauge",
        ),
        "doors": (
            "gm65",
            "scan-line",
            "rdm6300",
            "wiegand-485",
            "osdp",
            "lock-8a",
            "kerong",
            "winnsen",
            "lcus",
            "modbus-relay",
            "modbus-inputs",
            "alarm-tower",
            "ups-q1",
        ),
        "telling": ("modem", "led-display", "speech"),
        "radio": (
            "open-lock",
            "bthome",
            "ruuvi",
            "mibeacon",
            "wit-ble",
            "ble-battery",
            "ibeacon",
        ),
        "makers": ("jsonl",),
    }
)
"""Names by the package that they stand in; ``noise-485`` is ``air/noise_485.py``."""


class Register(Mapping[str, Model]):
    """By name; KeyError for one that is not there.  ``more``: what drills and tests add."""

    def __init__(self, more: Mapping[str, Model] | None = None) -> None:
        self._more = more or {}
        self._family = {name: family for family, names in FAMILIES.items() for name in names}

    def __getitem__(self, name: str) -> Model:
        if name in self._more:
            return self._more[name]
        module = f"agent.drivers.{self._family[name]}.{name.replace('-', '_')}"
        model: Model = importlib.import_module(module).MODEL
        return model

    def __iter__(self) -> Iterator[str]:
        return iter({**self._family, **self._more})

    def __len__(self) -> int:
        return len({**self._family, **self._more})

    def __contains__(self, name: object) -> bool:
        return name in self._family or name in self._more


REGISTER: Final[Mapping[str, Model]] = Register()
