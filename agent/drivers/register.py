"""Every kind of device that Linli knows.  A new one is a file beside this and one name below."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.drivers import jsonl
from agent.drivers.air import noise_485
from agent.drivers.base import Model
from agent.drivers.doors import gm65, lcus, lock_8a
from agent.drivers.scales import scale_line, yaohua
from agent.drivers.slope import wit_tilt_485

_DRIVERS = (yaohua, scale_line, noise_485, wit_tilt_485, gm65, lock_8a, lcus, jsonl)

REGISTER: Mapping[str, Model] = MappingProxyType(
    {driver.MODEL.name: driver.MODEL for driver in _DRIVERS}
)
