"""A BWSENSING inclinometer: ``77 len addr cmd data sum``, addresses of two or four bytes.

Asked by command 04.  Command 05 makes the present tilt its zero, which the truth tells: nobody may
ever send it in service.  Source: BWM826 manual; WF-WM410 manual, p. 19-20.
"""

from dataclasses import dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.devices.slope.ground import Ground, bcd, requests, summed
from hwsim.orders import Order, Set
from hwsim.stand import Stand

HEAD, READ, ZERO, REPLY = 0x77, 0x04, 0x05, 0x80
PAUSE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    address_bytes: Literal[2, 4] = 2
    tilt_x: float = 2.013
    tilt_y: float = -0.512
    temperature: float = 26.77
    creep_per_h: float = 0.002
    noise: float = 0.002
    turnaround_s: float = 0.03


class Bwsensing(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._address = (stand.address or 0).to_bytes(options.address_bytes, "big")
        rest = {"tilt_x": options.tilt_x, "tilt_y": options.tilt_y}
        self._ground = Ground(stand, rest, options.creep_per_h, options.noise)
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        found, self._buffer = requests(self._buffer + data, HEAD)
        for request in found:
            if request[: len(self._address)] == self._address and len(request) > len(self._address):
                self._obey(request[len(self._address)], at_ns)

    def _obey(self, command: int, at_ns: int) -> None:
        if command == READ:
            self._stand.asked(at_ns, command=READ)
            self._tell()
        elif command == ZERO:
            self._stand.told("zero", at_ns)

    def _tell(self) -> None:
        values = self._ground.now()
        said = {name: round(value, 4) for name, value in values.items()}
        data = b"".join(bcd(value, 3, 4) for value in values.values())
        if self._options.address_bytes == 4:
            said["temperature"] = round(self._options.temperature, 2)
            data += bcd(self._options.temperature, 3, 2) + b"\x09"
        else:
            data += bytes(4)
        frame = summed(HEAD, self._address + bytes((READ | REPLY,)) + data)
        self._stand.say(frame, said, after=self._options.turnaround_s)

    def do(self, order: Order) -> None:
        self._ground.do(order)


SIM = Sim(name="bwsensing", build=Bwsensing, options=Options, orders=(Set,), needs_address=True)
