"""Every simulator by the name that scenarios use: one import and one line for a new one."""

from collections.abc import Mapping
from types import MappingProxyType

from hwsim.devices import (
    gm65,
    jsonl,
    lcus,
    lock_8a,
    noise_485,
    scale_line,
    wit_tilt,
    yaohua,
)
from hwsim.devices.base import Sim

_ALL = (
    yaohua.SIM,
    scale_line.SIM,
    noise_485.SIM,
    wit_tilt.SIM,
    gm65.SIM,
    lock_8a.SIM,
    lcus.SIM,
    jsonl.SIM,
)

SIMS: Mapping[str, Sim] = MappingProxyType({sim.name: sim for sim in _ALL})
