"""A recording, given to a driver at the desk: what would it have made of that?"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from agent.drivers.base import Acts, Driver, Listens, Model, Polls, Refused, Seat
from agent.line.asking import Answer, NoAnswer, T
from agent.model.forms import to_line
from agent.model.messages import Message
from agent.model.time import Stamp
from cli.wire.recording import Piece


class Played:
    """The wire as it was: a question that was asked then gets what was answered then."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces, self._at = pieces, 0
        self.now_ns = pieces[0].mono_ns if pieces else 0

    @property
    def over(self) -> bool:
        return self._next_question(b"", self._at) is None

    async def ask(
        self,
        request: bytes,
        answer: Answer[T],
        *,
        expect: int = 16,  # noqa: ARG002  # nobody waits here
        patience: float | None = None,  # noqa: ARG002  # same
    ) -> T:
        at = self._next_question(request, self._at)
        if at is None:
            self._at = len(self._pieces)
            raise NoAnswer("the recording has no such question")
        heard, self._at = self._answers(at + 1)
        found = answer(heard)
        if found is None:
            raise NoAnswer("it was asked, and not answered")
        return found.value

    async def tell(self, request: bytes) -> None:
        at = self._next_question(request, self._at)
        self._at = len(self._pieces) if at is None else at + 1

    def _next_question(self, request: bytes, since: int) -> int | None:
        """The next one that began like ``request``, or any with b""."""
        for at in range(since, len(self._pieces)):
            piece = self._pieces[at]
            if piece.who == "host" and (not request or piece.data == request):
                self.now_ns = piece.mono_ns
                return at
        return None

    def _answers(self, since: int) -> tuple[bytes, int]:
        heard, at = b"", since
        while at < len(self._pieces) and self._pieces[at].who == "device":
            heard += self._pieces[at].data
            self.now_ns = self._pieces[at].mono_ns
            at += 1
        return heard, at


def play(model: Model, seat: Seat, pieces: Sequence[Piece]) -> Iterable[dict[str, object]]:
    """The messages, as ``linli replay`` takes them; ``{"error": …}`` for a poll without answer."""
    driver: Driver = model.build(seat)
    if isinstance(driver, Listens) and not isinstance(driver, Polls):
        yield from (to_line(message) for message in _heard(driver, pieces))
    elif isinstance(driver, Polls):
        yield from _polled(driver, Played(pieces))
    elif isinstance(driver, Acts):
        yield {"error": f"{model.name} only does what it is told 该驱动只执行指令"}


def _heard(driver: Listens, pieces: Sequence[Piece]) -> Iterable[Message]:
    for piece in pieces:
        if piece.who == "device":
            yield from driver.heard(piece.data, Stamp("recording", piece.mono_ns))


def _polled(driver: Polls[Any], wire: Played) -> Iterable[dict[str, object]]:
    while not wire.over:
        try:
            messages = asyncio.run(_poll(driver, wire))
        except (NoAnswer, Refused) as no:
            yield {"error": f"{type(no).__name__}: {no}"}
        else:
            yield from (to_line(message) for message in messages)


async def _poll(driver: Polls[Any], wire: Played) -> list[Message]:
    return list(await driver.poll(wire, lambda: Stamp("recording", wire.now_ns)))
