"""An iBeacon: who it says it is, and how loud it is at one metre.  Anybody can say the same.

Manufacturer data of company 0x004C: 02 15, a UUID, major and minor (big-endian), the measured
power as a signed byte.  Source: Apple, Proximity Beacon Specification R1.
"""

import struct
from dataclasses import dataclass
from uuid import UUID

from hwsim.devices.base import Device, Sim
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

APPLE, PROXIMITY = 0x004C, bytes.fromhex("0215")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    uuid: str = "E2C56DB5-DFFB-48D2-B060-D0F5A71096E0"  # Apple's AirLocate sample
    major: int = 1
    minor: int = 2
    power: int = -59  # dBm at one metre
    every_s: float = 0.1  # the specification's 100 ms

    def __post_init__(self) -> None:
        UUID(self.uuid)
        struct.pack(">HHb", self.major, self.minor, self.power)


class IBeacon(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        stand.tune(options)
        self._stand, self._options = stand, options

    def start(self) -> None:
        own = self._options
        data = (
            PROXIMITY + UUID(own.uuid).bytes + struct.pack(">HHb", own.major, own.minor, own.power)
        )
        meaning = {"uuid": own.uuid, "major": own.major, "minor": own.minor, "power": own.power}
        advert = Advert(manufacturer={APPLE: data}, meaning=meaning)
        self._stand.beacon(lambda: advert, own.every_s)


SIM = Sim(name="ibeacon", build=IBeacon, options=Options, radio=True)
