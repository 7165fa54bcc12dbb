"""The protocols that ``linli decode`` knows, by their published names."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.drivers.codecs import (
    at,
    bcc8a,
    bw77,
    bw77a4,
    de2120,
    gm65,
    hj212,
    honeywell,
    jsonl,
    krcu,
    lcus,
    megatec,
    modbus,
    mtsics,
    newland,
    open_lock,
    osdp,
    pms,
    rdm6300,
    rion68,
    scale_line,
    scan_line,
    sds011,
    sms_pdu,
    ssi,
    toledo,
    wiegand,
    winnsen,
    wit55,
    yaohua,
    yaohua_a12e,
    yaohua_cmd,
    yaohua_eq,
    zemic,
)
from agent.drivers.codecs.base import Protocol

_CODECS = (
    yaohua,
    scale_line,
    yaohua_cmd,
    yaohua_a12e,
    toledo,
    mtsics,
    zemic,
    modbus,
    gm65,
    bcc8a,
    lcus,
    wit55,
    rion68,
    bw77,
    bw77a4,
    open_lock,
    jsonl,
    rdm6300,
    pms,
    sds011,
    hj212,
    krcu,
    osdp,
    winnsen,
    wiegand,
    megatec,
    scan_line,
    newland,
    honeywell,
    de2120,
    ssi,
    sms_pdu,
    at,
)

_TWINS = (
    yaohua_eq.REVERSED,
    yaohua_eq.FORWARD,
)
"""Protocols that share a module with another one."""

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {protocol.name: protocol for protocol in (*(codec.PROTOCOL for codec in _CODECS), *_TWINS)}
)
