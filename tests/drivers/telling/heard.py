"""A played wire that gives the driver what nobody asked for, as a line does."""

import asyncio
from collections.abc import Iterable

from agent.drivers.base import Acts, Listens, Polls, Refused
from agent.line.asking import Answer, T
from agent.model.messages import Event, Message, Reading, Value
from agent.model.time import Stamp
from tests.drivers.doors.played import Played
from tests.drivers.wires import build, command

STEP_S = 0.01


class Told(Played):
    """``said``: all messages of the driver, in order."""

    def __init__(self, name: str, **options: object) -> None:
        driver_options = options.pop("driver", {})
        assert isinstance(driver_options, dict)
        super().__init__(name, options.pop("address", None), **options)  # type: ignore[arg-type]
        self.driver = build(name, 1, **driver_options)
        self.said = list[Message]()

    def now(self) -> Stamp:
        return Stamp("boot", self.agenda.now)

    async def poll(self) -> None:
        assert isinstance(self.driver, Polls)
        self._say(await self.driver.poll(self, self.now))

    async def act(self, action: str, **args: Value) -> None:
        assert isinstance(self.driver, Acts)
        self._say(await self.driver.act(self, command(action, **args), self.now))

    async def refused(self, action: str, **args: Value) -> str:
        try:
            await self.act(action, **args)
        except Refused as no:
            return str(no)
        raise AssertionError(f"{action} was not refused")

    def idle(self, seconds: float) -> None:
        """Nobody asks for so long."""
        for _ in range(max(1, round(seconds / STEP_S))):
            self.wait(STEP_S)
            self._hand_over(self._take())

    def events(self, *kinds: str) -> list[dict[str, Value]]:
        return [dict(one.data) for one in self.said if isinstance(one, Event) and one.kind in kinds]

    def readings(self, quantity: str) -> list[float]:
        return [
            one.value for one in self.said if isinstance(one, Reading) and one.quantity == quantity
        ]

    async def tell(self, request: bytes) -> None:
        await asyncio.sleep(0)
        self.idle(STEP_S)
        await super().tell(request)

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        await asyncio.sleep(0)  # another verb may go on here, as between two turns of a wire
        return await super().ask(request, answer, expect=expect, patience=patience)

    def _attempt(self, request: bytes, answer: Answer[T], seconds: float) -> T | None:
        self.idle(2 * STEP_S)
        self.bus.hear(request)
        heard = b""
        for _ in range(round(seconds / STEP_S)):
            self.wait(STEP_S)
            more = self._take()
            heard += more
            found = answer(heard) if more else None
            if found is not None:
                self._hand_over(heard[: found.start])
                self._hand_over(heard[found.end :])
                return found.value
        self._hand_over(heard)
        return None

    def _take(self) -> bytes:
        taken, self._heard = self._heard, b""
        return taken

    def _hand_over(self, data: bytes) -> None:
        if data and isinstance(self.driver, Listens):
            self._say(self.driver.heard(data, self.now()))

    def _say(self, messages: Iterable[Message]) -> None:
        self.said += messages
