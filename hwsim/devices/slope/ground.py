"""A slope as its sensors see it: it creeps, it trembles, and somebody can move it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hwsim.devices.base import CannotDo
from hwsim.orders import Order, Set
from hwsim.stand import Stand


@dataclass
class Ground:
    """``rest``: where each quantity is; the first creeps by ``per_h``, all tremble by ``noise``."""

    stand: Stand
    rest: dict[str, float]
    per_h: float = 0.0
    noise: float = 0.0
    first: str = field(init=False)

    def __post_init__(self) -> None:
        self.first = next(iter(self.rest))

    def now(self) -> dict[str, float]:
        crept = {self.first: self.per_h * self.stand.now / 3600}
        gauss = self.stand.dice.gauss
        return {
            name: value + crept.get(name, 0.0) + gauss(0, self.noise)
            for name, value in self.rest.items()
        }

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            name = order.quantity or self.first
            if name not in self.rest:
                raise CannotDo(f"{name} is not one of {', '.join(self.rest)}")
            self.rest[name] = order.value
            self.stand.happened("set", **{name: order.value})


def bcd(value: float, whole: int, decimals: int) -> bytes:
    """A sign nibble (1 is minus), then digits: RION writes 3 and 2 of them, BWSENSING 3 and 4."""
    digits = round(abs(value) * 10**decimals)
    sign = "1" if value < 0 and digits else "0"
    return bytes.fromhex(f"{sign}{digits:0{whole + decimals}d}")


def summed(head: int, body: bytes) -> bytes:
    """``head len body sum``; len counts itself to the sum, which is of all between."""
    inside = bytes((len(body) + 2,)) + body
    return bytes((head,)) + inside + bytes((sum(inside) & 0xFF,))


def requests(buffer: bytes, head: int) -> tuple[Sequence[bytes], bytes]:
    """What stands between len and sum of each good frame in ``buffer``, and the rest of it."""
    found, at = list[bytes](), 0
    while at < len(buffer):
        size = buffer[at + 1] if at + 1 < len(buffer) else 3
        if buffer[at] != head or not 3 <= size < 64:
            at += 1
        elif at + size >= len(buffer):
            break
        else:
            frame = buffer[at + 1 : at + size + 1]
            good = sum(frame[:-1]) & 0xFF == frame[-1]
            if good:
                found.append(frame[1:-1])
            at += size + 1 if good else 1
    return found, buffer[at:][-64:]
