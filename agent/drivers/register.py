"""Every kind of device that Linli knows.  A new one is a file beside this and one name below."""

from collections.abc import Mapping
from types import MappingProxyType

from agent.drivers import jsonl
from agent.drivers.air import hj212, modbus_sensor, noise_485, pms, sds011
from agent.drivers.base import Model
from agent.drivers.doors import (
    alarm_tower,
    gm65,
    kerong,
    lcus,
    lock_8a,
    modbus_inputs,
    modbus_relay,
    osdp,
    rdm6300,
    scan_line,
    ups_q1,
    wiegand_485,
    winnsen,
)
from agent.drivers.radio import (
    ble_battery,
    bthome,
    ibeacon,
    mibeacon,
    open_lock,
    ruuvi,
    wit_ble,
)
from agent.drivers.scales import (
    mt_sics,
    scale_line,
    toledo,
    weigher_modbus,
    yaohua,
    yaohua_a12e,
    yaohua_cmd,
    yaohua_equals,
    zemic,
)
from agent.drivers.slope import (
    bwsensing,
    laser_crack,
    rain_gauge,
    rion,
    wit_stream,
    wit_tilt_485,
)
from agent.drivers.telling import led_display, modem, speech

_DRIVERS = (
    yaohua,
    scale_line,
    weigher_modbus,
    yaohua_cmd,
    yaohua_equals,
    yaohua_a12e,
    toledo,
    mt_sics,
    zemic,
    noise_485,
    wit_tilt_485,
    wit_stream,
    rion,
    bwsensing,
    laser_crack,
    rain_gauge,
    gm65,
    lock_8a,
    lcus,
    open_lock,
    bthome,
    ruuvi,
    mibeacon,
    wit_ble,
    ble_battery,
    ibeacon,
    jsonl,
    rdm6300,
    pms,
    sds011,
    hj212,
    modbus_sensor,
    kerong,
    winnsen,
    wiegand_485,
    modbus_relay,
    alarm_tower,
    modbus_inputs,
    ups_q1,
    scan_line,
    osdp,
    modem,
    led_display,
    speech,
)

REGISTER: Mapping[str, Model] = MappingProxyType(
    {driver.MODEL.name: driver.MODEL for driver in _DRIVERS}
)
