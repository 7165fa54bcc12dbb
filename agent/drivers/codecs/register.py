"""The protocols that ``linli decode`` knows, by their published names."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.drivers.codecs import bcc8a, gm65, jsonl, lcus, modbus, scale_line, yaohua
from agent.drivers.codecs.base import Protocol

_CODECS = (yaohua, scale_line, modbus, gm65, bcc8a, lcus, jsonl)

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {codec.PROTOCOL.name: codec.PROTOCOL for codec in _CODECS}
)
