"""Every simulator by the name that scenarios use: one import and one line for a new one."""

from collections.abc import Mapping
from types import MappingProxyType

from hwsim.devices import jsonl
from hwsim.devices.air import noise_485
from hwsim.devices.base import Sim
from hwsim.devices.doors import gm65, lcus, lock_8a
from hwsim.devices.scales import scale_line, yaohua
from hwsim.devices.slope import wit_tilt

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
