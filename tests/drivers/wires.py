"""Three-line wires for drivers, and a clock that stands still."""

from collections.abc import Sequence
from typing import cast

from agent.drivers.base import Acts, Listens, Model, Polls, Seat
from agent.drivers.register import REGISTER
from agent.line.asking import Answer, Asks, NoAnswer, T
from agent.model.messages import Command
from agent.model.time import Stamp

Wired = Listens | Polls[Asks] | Acts[Asks]
AT = Stamp("boot", 1_000_000_000)


def now() -> Stamp:
    return AT


class Script:
    """A wire with the other side written down: what must be asked, and what comes back."""

    def __init__(self, exchanges: Sequence[tuple[bytes, bytes]]) -> None:
        self.left = list(exchanges)

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        assert expect > 0
        assert patience is None or patience > 0
        found = answer(self._answered(request))
        if found is None:
            raise NoAnswer
        return found.value

    async def tell(self, request: bytes) -> None:
        self._answered(request)

    def _answered(self, request: bytes) -> bytes:
        asked, answered = self.left.pop(0)
        assert request.hex(" ") == asked.hex(" ")
        return answered


def build(name: str, address: int | None = None, **options: object) -> Wired:
    model: Model = REGISTER[name]
    told = {key: tuple(v) if isinstance(v, list) else v for key, v in options.items()}
    seat = Seat(device="dev", address=address, point="here", options=model.options(**told))
    assert model.radio is None
    return cast("Wired", model.build(seat))


def command(action: str, **args: str | float | bool | None) -> Command:
    return Command(id="c-1", target="dev", action=action, at=AT, ttl_ns=10**9, args=args)
