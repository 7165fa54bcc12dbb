"""Every kind of device that Linli knows.  A new one is a file beside this and one name below."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.drivers import (
    gm65,
    jsonl,
    lcus,
    lock_8a,
    noise_485,
    scale_line,
    wit_tilt_485,
    yaohua,
)
from agent.drivers.base import Model

_DRIVERS = (yaohua, scale_line, noise_485, wit_tilt_485, gm65, lock_8a, lcus, jsonl)

REGISTER: Mapping[str, Model] = MappingProxyType(
    {driver.MODEL.name: driver.MODEL for driver in _DRIVERS}
)
