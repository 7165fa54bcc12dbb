"""A Plantower PMS5003/7003: 32 bytes ``42 4D 00 1C …`` with a 16-bit sum, 9600 8N1.

After power came it boots for two seconds; its first frame is all zero, and for half a minute, while
the fan runs up, it shows too little.  It talks by itself until it is told to speak when asked
(``42 4D E1 00 00 01 70``); woken from sleep it has forgotten that, as many of them do.
Source: Plantower PMS5003 manual V2.3 and docs/sensors/Plantower.md of avaldebe/PyPMS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.stand import Stand

REPORTS, REPORT, SLEEP = 0xE1, 0xE2, 0xE4
WARM_S = 30.0
PAUSE_S = 0.1
SHARES = {"pm1": 0.7, "pm2_5": 1.0, "pm10": 1.2}
"""Of PM2.5, as it is in a street."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    pm2_5: float = 35.0
    every_s: float = 1.0
    boot_s: float = 2.0
    turnaround_s: float = 0.05
    confirms: bool = True  # what it was told; some batches are silent
    forgets: bool = True  # that it was to speak when asked, once it has slept
    error: int = 0  # its error byte
    version: int = 0x97


def sealed(body: bytes) -> bytes:
    return body + sum(body).to_bytes(2, "big")


class Pms(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options, self._true = stand, options, options.pm2_5
        self._set: dict[str, float] = {}
        self._on, self._awake, self._asked_only, self._fresh = True, True, False, True
        self._since, self._buffer, self._last = 0.0, b"", -1.0

    def start(self) -> None:
        self._wake()
        self._stand.every(self._options.every_s, self._turn)

    def powered(self, on: bool) -> None:
        self._on, self._asked_only = on, False
        if on:
            self._fresh, self._awake = True, True
            self._wake()

    def _wake(self) -> None:
        self._awake, self._since = True, self._stand.now

    def _turn(self) -> None:
        self._true = max(0.0, self._true + self._stand.dice.gauss(0, 0.5))
        if not self._asked_only:
            self._report()

    def _report(self) -> None:
        if self._on and self._awake and self._stand.now - self._since >= self._options.boot_s:
            if self._fresh:
                self._fresh = False
                self._stand.say(self._frame({}), {"first": True})
            else:
                shown = self._shown()
                self._stand.say(self._frame(shown), dict(shown))

    def _shown(self) -> Mapping[str, int]:
        run_up = min(1.0, (self._stand.now - self._since) / WARM_S)
        true = {name: self._true * share for name, share in SHARES.items()} | self._set
        return {name: round(value * run_up) for name, value in true.items()}

    def _frame(self, shown: Mapping[str, int]) -> bytes:
        air = [shown.get(name, 0) for name in SHARES]
        standard = [round(value * 1.3) for value in air]  # CF=1 shows more above 30
        counts = [air[1] * n for n in (140, 40, 8, 2, 1, 0)]
        words = b"".join(min(w, 0xFFFF).to_bytes(2, "big") for w in [*standard, *air, *counts])
        tail = bytes((self._options.version, self._options.error))
        return sealed(b"\x42\x4d\x00\x1c" + words + tail)

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        while (at := self._buffer.find(b"\x42\x4d")) >= 0 and len(self._buffer) >= at + 7:
            frame = self._buffer[at : at + 7]
            good = frame == sealed(frame[:5])
            self._buffer = self._buffer[at + (7 if good else 2) :]
            if good and self._on:
                self._told(frame[2], frame[4], at_ns)

    def _told(self, command: int, value: int, at_ns: int) -> None:
        if command == SLEEP:
            self._stand.told("wake" if value else "sleep", at_ns)
            if not value:
                self._confirm(command, value)
                self._awake = False
                self._asked_only &= not self._options.forgets
            elif not self._awake:
                self._wake()
        elif self._awake and command == REPORTS:
            self._stand.told("active" if value else "passive", at_ns)
            self._asked_only = not value
            self._confirm(command, value)
        elif self._awake and command == REPORT and self._asked_only:
            self._stand.asked(at_ns, report=1)
            self._stand.after(self._options.turnaround_s, self._report)

    def _confirm(self, command: int, value: int) -> None:
        if self._options.confirms:
            data = sealed(b"\x42\x4d\x00\x04" + bytes((command, value)))
            self._stand.say(data, {"confirmed": command}, self._options.turnaround_s)

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            quantity = order.quantity or "pm2_5"
            if quantity not in SHARES:
                raise CannotDo(f"{quantity} is not one of {', '.join(SHARES)}")
            self._set[quantity] = order.value
            self._stand.happened("set", **{quantity: order.value})

    def flood(self) -> Sequence[bytes]:
        return [self._frame({"pm1": n, "pm2_5": n + 1, "pm10": n + 2}) for n in range(1, 4096)]


SIM = Sim(name="pms", build=Pms, options=Options, orders=(Set,))
