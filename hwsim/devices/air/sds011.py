"""A Nova Fitness SDS011 (or SDS198): ten bytes a second ``AA C0 … AB``, told in nineteen.

It can speak by itself or when asked, sleep, and keep a period of its own: half a minute of work in
every n minutes.  What it is told it remembers without power, sleep excepted.  Asleep it hears only
that it shall work.
Source: Nova laser dust sensor control protocol V1.3; docs/sensors/NovaFitness.md of avaldebe/PyPMS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.stand import Stand

MODE, MEASURE, NAME, SLEEP, FIRMWARE, PERIOD = 2, 4, 5, 6, 7, 8
WORKS_S = 30.0
PAUSE_S = 0.1
NAMES = {MODE: "mode", SLEEP: "sleep", PERIOD: "period"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    pm2_5: float = 35.0
    pm10: float = 52.0
    sds198: bool = False  # says PM100 in whole µg/m³ instead
    period: int = 0  # minutes; 0: always
    restless: bool = False  # now and then speaks although it was told to wait until it is asked
    turnaround_s: float = 0.02


class Sds(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options, self._id = stand, options, b"\xa1\x60"
        self._state = {MODE: 0, SLEEP: 1, PERIOD: options.period}
        self._true = {"pm2_5": options.pm2_5, "pm10": options.pm10, "tsp": options.pm10 * 1.5}
        self._on, self._since, self._buffer, self._last = True, 0.0, b"", -1.0

    def start(self) -> None:
        self._stand.every(1.0, self._turn)

    def powered(self, on: bool) -> None:
        self._on, self._state[SLEEP], self._since = on, 1, self._stand.now

    def _turn(self) -> None:
        for name, value in self._true.items():
            self._true[name] = max(0.0, value + self._stand.dice.gauss(0, 0.3))
        restless = self._options.restless and self._stand.dice.random() < 0.2
        if self._working() and (self._state[MODE] == 0 or restless):
            self._report()

    def _working(self) -> bool:
        period_s = 60.0 * self._state[PERIOD]
        rests = period_s and (self._stand.now - self._since) % period_s >= WORKS_S
        return self._on and self._state[SLEEP] == 1 and not rests

    def _report(self) -> None:
        if self._options.sds198:
            tsp = round(self._true["tsp"])
            self._say(0xCF, b"\x0c\x00" + tsp.to_bytes(2, "little"), {"tsp": tsp})
            return
        tenths = [round(self._true[name] * 10) for name in ("pm2_5", "pm10")]
        data = b"".join(value.to_bytes(2, "little") for value in tenths)
        self._say(0xC0, data, {"pm2_5": tenths[0] / 10, "pm10": tenths[1] / 10})

    def _say(self, kind: int, data: bytes, meaning: Mapping[str, object], after: float = 0) -> None:
        body = data + self._id
        frame = bytes((0xAA, kind)) + body + bytes((sum(body) & 0xFF, 0xAB))
        self._stand.say(frame, meaning, after)

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        self._buffer = (self._buffer + data)[-64:]
        while (at := self._buffer.find(b"\xaa\xb4")) >= 0 and len(self._buffer) >= at + 19:
            frame = self._buffer[at : at + 19]
            good = frame[17] == sum(frame[2:17]) & 0xFF and frame[18] == 0xAB
            self._buffer = self._buffer[at + (19 if good else 2) :]
            if good and self._on and frame[15:17] in (self._id, b"\xff\xff"):
                self._told(frame[2], frame[3], frame[4], at_ns)

    def _told(self, command: int, setting: int, value: int, at_ns: int) -> None:
        wakes = command == SLEEP and setting == 1 and value == 1
        if self._state[SLEEP] == 0 and not wakes:
            return
        if command in NAMES:
            if setting:
                self._set(command, value, at_ns)
            data = bytes((command, setting, self._state[command], 0))
            self._say(0xC5, data, {"confirmed": NAMES[command]}, self._options.turnaround_s)
        elif command == FIRMWARE:
            data = bytes((command, 15, 7, 10))
            self._say(0xC5, data, {"firmware": "15-7-10"}, self._options.turnaround_s)
        elif command == MEASURE and self._working():
            self._stand.asked(at_ns, measure=1)
            self._stand.after(self._options.turnaround_s, self._report)

    def _set(self, command: int, value: int, at_ns: int) -> None:
        what = ("sleep", "work")[value & 1] if command == SLEEP else NAMES[command]
        self._stand.told(what, at_ns, value=value)
        self._state[command] = value
        self._since = self._stand.now

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            quantity = order.quantity or "pm2_5"
            if quantity not in self._true:
                raise CannotDo(f"{quantity} is not one of {', '.join(self._true)}")
            self._true[quantity] = order.value
            self._stand.happened("set", **{quantity: order.value})

    def flood(self) -> Sequence[bytes]:
        bodies = [n.to_bytes(2, "little") + (n + 9).to_bytes(2, "little") + self._id for n in FLOOD]
        return [b"\xaa\xc0" + body + bytes((sum(body) & 0xFF, 0xAB)) for body in bodies]


FLOOD = range(4096)

SIM = Sim(name="sds011", build=Sds, options=Options, orders=(Set,))
