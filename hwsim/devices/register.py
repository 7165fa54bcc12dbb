"""Every simulator by the name that scenarios use: one import and one line for a new one."""

from collections.abc import Mapping
from types import MappingProxyType

from hwsim.devices.air import hj212, modbus_sensor, noise_485, pms, sds011
from hwsim.devices.base import Sim
from hwsim.devices.doors import (
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
from hwsim.devices.makers import jsonl
from hwsim.devices.radio import (
    battery_service,
    bthome,
    ibeacon,
    mibeacon,
    open_lock,
    ruuvi,
    wit_ble,
)
from hwsim.devices.scales import (
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
from hwsim.devices.sights import phone_camera, road_camera
from hwsim.devices.slope import (
    bwsensing,
    laser_crack,
    rain_gauge,
    rion,
    wit_stream,
    wit_tilt,
)
from hwsim.devices.telling import led_display, modem, speech

_ALL = (
    yaohua.SIM,
    scale_line.SIM,
    weigher_modbus.SIM,
    yaohua_cmd.SIM,
    yaohua_equals.SIM,
    yaohua_a12e.SIM,
    toledo.SIM,
    mt_sics.SIM,
    zemic.SIM,
    noise_485.SIM,
    pms.SIM,
    sds011.SIM,
    hj212.SIM,
    modbus_sensor.SIM,
    wit_tilt.SIM,
    wit_stream.SIM,
    rion.SIM,
    bwsensing.SIM,
    laser_crack.SIM,
    rain_gauge.SIM,
    gm65.SIM,
    lock_8a.SIM,
    lcus.SIM,
    bthome.SIM,
    ruuvi.SIM,
    mibeacon.SIM,
    wit_ble.SIM,
    battery_service.SIM,
    open_lock.SIM,
    ibeacon.SIM,
    jsonl.SIM,
    rdm6300.SIM,
    kerong.SIM,
    winnsen.SIM,
    wiegand_485.SIM,
    modbus_relay.SIM,
    alarm_tower.SIM,
    modbus_inputs.SIM,
    ups_q1.SIM,
    scan_line.SIM,
    osdp.SIM,
    modem.SIM,
    led_display.SIM,
    speech.SIM,
    road_camera.SIM,
    phone_camera.SIM,
)

SIMS: Mapping[str, Sim] = MappingProxyType({sim.name: sim for sim in _ALL})
