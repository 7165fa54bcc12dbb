r"""What a builder's ESP32 or Arduino prints: ``{"quantity":"temperature","value":21.5}\n``."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.orders import Order, Set
from hwsim.stand import Stand

STEP = 0.01  # of the value, at most, from one line to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    every_s: float = 5.0
    decimals: int = 2
    quantities: dict[str, float] = field(default_factory=lambda: {"temperature": 21.5})


def line(quantity: str, value: float) -> bytes:
    return json.dumps({"quantity": quantity, "value": value}).encode() + b"\n"


class JsonLines(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._values = dict(options.quantities)

    def start(self) -> None:
        self._stand.every(self._options.every_s, self._tell)

    def _tell(self) -> None:
        for quantity, home in self._options.quantities.items():
            value = self._values[quantity]
            wander = self._stand.dice.uniform(-STEP, STEP) * abs(home or 1)
            self._values[quantity] = value + wander + 0.05 * (home - value)
            shown = round(self._values[quantity], self._options.decimals)
            self._stand.say(line(quantity, shown), {"quantity": quantity, "value": shown})

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            quantity = order.quantity or next(iter(self._values))
            if quantity not in self._values:
                raise CannotDo(f"{quantity} is not one of {', '.join(self._values)}")
            self._values[quantity] = order.value
            self._stand.happened("set", quantity=quantity, value=order.value)

    def flood(self) -> Sequence[bytes]:
        quantity, home = next(iter(self._options.quantities.items()))
        return [line(quantity, round(home + n % 512 / 100, 2)) for n in range(4096)]


SIM = Sim(name="jsonl", build=JsonLines, options=Options, orders=(Set,))
