"""Everything that follows from a message is kept, and the asker hears when all of it is."""

from collections.abc import Callable, Iterable

from agent.app.hub import Hub
from agent.model.messages import Command, Event, Message, Reading
from agent.model.time import Stamp
from agent.pipeline.graph import Graph

AT = Stamp("boot", 1)
READING = Reading(device="a", at=AT, quantity="weight", value=1.0)


class Kept:
    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.waiting: list[Callable[[], None]] = []

    def put(self, message: Message, done: Callable[[], None] | None = None) -> None:
        self.messages.append(message)
        if done is not None:
            self.waiting.append(done)


def _hub(stage: Callable[[Message], Iterable[Message]]) -> tuple[Hub, Kept, list[Command]]:
    kept, sent = Kept(), list[Command]()
    return Hub(Graph([("s", ("a",), stage)]), kept, sent.append), kept, sent


def _twice(message: Message) -> Iterable[Message]:
    command = Command(id="c", target="b", action="open", at=AT, ttl_ns=1, by="s")
    return (message, Event(device="a", at=AT, kind="weighing", by="s"), command)


def test_a_command_is_dispatched_and_kept() -> None:
    hub, kept, sent = _hub(_twice)
    hub.take(READING)
    assert [command.id for command in sent] == ["c"]
    assert len(kept.messages) == 3


def test_done_comes_after_the_last_of_what_followed() -> None:
    hub, kept, _ = _hub(_twice)
    calls = list[int]()
    hub.take(READING, lambda: calls.append(1))
    for done in kept.waiting[:2]:
        done()
    assert not calls
    kept.waiting[2]()
    assert calls == [1]


def test_done_comes_at_once_for_what_is_dropped() -> None:
    hub, kept, _ = _hub(lambda _: ())
    calls = list[int]()
    hub.take(READING, lambda: calls.append(1))
    assert calls == [1]
    assert not kept.messages


def test_watchers_see_what_is_kept() -> None:
    hub, kept, _ = _hub(_twice)
    seen = list[Message]()
    hub.watchers.append(seen.append)
    hub.take(READING)
    assert seen == kept.messages
