"""Where every message goes: through the stages, to devices, into the journal."""

from collections.abc import Callable
from typing import Protocol

from agent.model.messages import Command, Message
from agent.pipeline.graph import Graph


class Keeps(Protocol):
    """The journal, as the hub needs it."""

    def put(self, message: Message, done: Callable[[], None] | None = None) -> None: ...


class Hub:
    """``take`` is called on the loop thread by whoever has something to say; it never waits.

    A command leaves for its device before the journal is told of anything: a local door does not
    wait for a disk (docs/adr/0007).
    """

    def __init__(self, graph: Graph, journal: Keeps, dispatch: Callable[[Command], None]) -> None:
        self._graph, self._journal, self._dispatch = graph, journal, dispatch
        self.watchers: list[Callable[[Message], None]] = []

    def take(self, message: Message, done: Callable[[], None] | None = None) -> None:
        """``done`` is called once everything that followed from ``message`` is durable."""
        concluded = self._graph.feed(message)
        for out in concluded:
            if isinstance(out, Command):
                self._dispatch(out)
        if done is not None:
            done = _after(len(concluded), done)
        for out in concluded:
            self.keep(out, done)

    def keep(self, message: Message, done: Callable[[], None] | None = None) -> None:
        """Put on record, past stages and devices."""
        self._journal.put(message, done)
        for watch in self.watchers:
            watch(message)


def _after(times: int, done: Callable[[], None]) -> Callable[[], None] | None:
    """A callback that passes on its last call only; with nothing to wait for it passes at once."""
    if times <= 1:
        if times == 0:
            done()
        return done if times else None
    left = times

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done()

    return count
