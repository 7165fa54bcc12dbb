"""A small UPS on RS-232, 2400 8N1: ``Q1`` is answered with ``(input fault output load Hz battery
temperature flags``, ``F`` with its rating, both ended by CR.  What it does not understand it
repeats.  A standby type tells the volts of its battery, an on-line type those of one cell.  Without
mains it lives on its battery, which empties; before that is empty it says so, and then it is dark.
Source: Megatec Protocol information v2.8, networkupstools.org/protocols/megatec.html.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.stand import Stand

PAUSE_S = 0.5
FULL, EMPTY = 130 / 120, 104 / 120  # of the nominal voltage, as monitoring programs take it
LOW = 0.2  # of the charge


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    nominal: int = 24  # volts of the battery
    online: bool = False  # tells volts of one cell
    thermometer: bool = True
    load: int = 20
    lasts_s: float = 600.0
    turnaround_s: float = 0.1


class UpsQ1(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._mains, self._charge, self._failed = 230.0, 1.0, False
        self._buffer, self._last = b"", -1.0

    def start(self) -> None:
        self._stand.every(1.0, self._step)

    @property
    def _lost(self) -> bool:
        return self._mains < 170

    def _step(self) -> None:
        gone = 1 / self._options.lasts_s
        self._charge = min(1.0, max(0.0, self._charge + (-gone if self._lost else gone / 4)))

    def heard(self, data: bytes, at_ns: int) -> None:
        if self._stand.now - self._last > PAUSE_S:
            self._buffer = b""
        self._last = self._stand.now
        *questions, self._buffer = (self._buffer + data)[-64:].split(b"\r")
        for question in questions:
            self._understood(question, at_ns)

    def _understood(self, question: bytes, at_ns: int) -> None:
        if self._charge == 0:
            return
        self._stand.asked(at_ns, text=question.decode("ascii", "replace"))
        if question == b"Q1":
            self._say(*self._status())
        elif question == b"F":
            rating = f"#230.0 004 {self._options.nominal:05.2f} 50.0"
            self._say(rating, {"nominal": self._options.nominal})
        else:
            self._stand.say(question + b"\r", {"repeated": True}, self._options.turnaround_s)

    def _say(self, text: str, meaning: Mapping[str, object]) -> None:
        self._stand.say(text.encode("ascii") + b"\r", meaning, self._options.turnaround_s)

    def _status(self) -> tuple[str, Mapping[str, object]]:
        options, jitter = self._options, self._stand.dice.uniform(-1, 1)
        mains = 0.0 if self._lost else max(0.0, self._mains + jitter)
        part = EMPTY + (FULL - EMPTY) * self._charge
        cell = f"{2 * part:.2f}"
        volts = cell if options.online else f"{options.nominal * part:04.1f}"
        warmth = f"{25 + options.load / 10:04.1f}" if options.thermometer else "--.-"
        flags = (self._lost, self._charge < LOW, False, self._failed, not options.online)
        bits = "".join("1" if flag else "0" for flag in flags) + "000"
        text = f"({mains:05.1f} {mains:05.1f} 230.0 {options.load:03d} 50.0 {volts} {warmth} {bits}"
        whole = float(cell) * options.nominal / 2 if options.online else float(volts)
        full = (whole / options.nominal - EMPTY) / (FULL - EMPTY)
        meaning: dict[str, object] = {
            "mains_voltage": round(mains, 1),
            "voltage": whole,
            "battery": round(100 * min(1.0, max(0.0, full)), 1),
            "load": options.load,
            "mains": not self._lost,
            "low": self._charge < LOW,
            "failed": self._failed,
        }
        return text, meaning | ({"temperature": float(warmth)} if options.thermometer else {})

    def do(self, order: Order) -> None:
        """``quantity``: ``mains_voltage``, ``battery`` in per cent, ``failed`` 0 or 1."""
        if not isinstance(order, Set):
            return
        if order.quantity == "mains_voltage":
            self._mains = order.value
        elif order.quantity == "battery":
            self._charge = min(1.0, max(0.0, order.value / 100))
        elif order.quantity == "failed":
            self._failed = bool(order.value)
        else:
            raise CannotDo(f"an UPS has no {order.quantity}")
        self._stand.happened("set", quantity=order.quantity, value=order.value)


SIM = Sim(name="ups_q1", build=UpsQ1, options=Options, orders=(Set,))
