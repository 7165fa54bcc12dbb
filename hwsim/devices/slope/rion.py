"""A RION inclinometer: ``68 len addr cmd data sum``, angles in BCD; asked by command 04.

It keeps silent when the sum is wrong or another address is meant.  Command 05 makes the present
tilt its zero, which the truth tells: nobody may ever send it in service.
Source: RION SCA/HCA manuals; the log in PAMGuard's RIONTest.java, where frames also break off.
"""

from dataclasses import dataclass

from hwsim.devices.base import Device, Sim
from hwsim.devices.slope.ground import Ground, bcd, requests, summed
from hwsim.orders import Order, Set
from hwsim.stand import Stand

HEAD, READ, ZERO, REPLY = 0x68, 0x04, 0x05, 0x80
PAUSE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    tilt_x: float = -2.87
    tilt_y: float = -0.85
    heading: float = 159.22
    axes: int = 3
    creep_per_h: float = 0.002
    noise: float = 0.01
    turnaround_s: float = 0.03
    breaks_off: float = 0.0  # of its answers, that end in the middle


class Rion(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        rest = {"tilt_x": options.tilt_x, "tilt_y": options.tilt_y, "tilt_z": options.heading}
        self._ground = Ground(stand, rest, options.creep_per_h, options.noise)
        self._buffer, self._last = b"", -1.0

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        found, self._buffer = requests(self._buffer + data, HEAD)
        for request in found:
            if request[0] == (self._stand.address or 0):
                self._obey(request[1], at_ns)

    def _obey(self, command: int, at_ns: int) -> None:
        if command == READ:
            self._stand.asked(at_ns, command=READ)
            self._tell()
        elif command == ZERO:
            self._stand.told("zero", at_ns)

    def _tell(self) -> None:
        values = list(self._ground.now().items())[: self._options.axes]
        address = self._stand.address or 0
        body = bytes((address, READ | REPLY)) + b"".join(bcd(v, 3, 2) for _, v in values)
        frame = summed(HEAD, body)
        if self._stand.dice.random() < self._options.breaks_off:
            frame = frame[: len(frame) // 2]
        said = {name: round(value, 2) for name, value in values}
        self._stand.say(frame, said, after=self._options.turnaround_s)

    def do(self, order: Order) -> None:
        self._ground.do(order)


SIM = Sim(name="rion", build=Rion, options=Options, orders=(Set,), needs_address=True)
