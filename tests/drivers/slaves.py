"""A simulated slave at the end of a seat, without a world: time moves when a test says so."""

import random
from collections.abc import Callable, Mapping

from agent.line.asking import Answer, NoAnswer, T
from hwsim.devices.modbus import Slave

AT_NS = 5


class Here:
    """A stand without a world: what is said is kept, and told."""

    def __init__(self, address: int = 7) -> None:
        self.address, self.now, self.device = address, 0.0, "slave"
        self.dice = random.Random(7)
        self.said, self.truth = b"", list[Mapping[str, object]]()

    def say(self, data: bytes, meaning: Mapping[str, object], after: float = 0.0) -> None:
        assert meaning
        assert after >= 0
        self.said += data

    def told(self, what: str, at_ns: int, **fields: object) -> None:
        assert at_ns == AT_NS
        self.truth.append({"what": what, **fields})

    def asked(self, at_ns: int, **question: object) -> None:
        assert at_ns == AT_NS
        assert question

    def happened(self, what: str, **fields: object) -> None:
        assert what
        assert fields

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """A world in which nothing happens by itself."""


class Wire:
    """A seat at a wire on which a slave sits."""

    def __init__(self, slave: Slave, stand: Here, *, chop: int = 0) -> None:
        self._slave, self._stand, self._chop = slave, stand, chop or 256

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        assert patience is None
        for at in range(0, len(request), self._chop):
            self._slave.heard(request[at : at + self._chop], AT_NS)
        said, self._stand.said = self._stand.said, b""
        found = answer(said)
        if found is None:
            raise NoAnswer
        assert expect == len(said) or said[1] & 0x80
        return found.value

    async def tell(self, request: bytes) -> None:
        raise AssertionError(request)
