"""A remote command: on record first, then moved, and never moved without a record."""

from collections.abc import Callable

from agent.app.hub import Hub
from agent.app.orders import Orders
from agent.model.messages import Command, Event, Message
from agent.model.time import Stamp
from agent.pipeline.graph import Graph

AT = Stamp("boot", 1_000)
COMMAND = Command(id="c-1", target="relay-1", action="pulse", at=AT, ttl_ns=10**10)


class SlowJournal:
    def __init__(self) -> None:
        self.kept: list[Message] = []
        self.waiting: list[Callable[[], None]] = []

    def put(self, message: Message, done: Callable[[], None] | None = None) -> None:
        self.kept.append(message)
        if done is not None:
            self.waiting.append(done)


class Scene:
    def __init__(self, *, writes: bool = True) -> None:
        self.journal, self.moved = SlowJournal(), list[Command]()
        hub = Hub(Graph(()), self.journal, self.moved.append)
        self.order = Orders(hub, self.moved.append, lambda: AT, lambda: writes)

    def kinds(self) -> list[str]:
        return [m.kind if isinstance(m, Event) else "command" for m in self.journal.kept]


def test_nothing_moves_before_the_acceptance_is_durable() -> None:
    scene = Scene()
    scene.order(COMMAND, "duty desk")
    assert scene.kinds() == ["command", "command_accepted"]
    accepted = scene.journal.kept[1]
    assert isinstance(accepted, Event)
    assert dict(accepted.data) == {"id": "c-1", "action": "pulse", "operator": "duty desk"}
    assert not scene.moved
    scene.journal.waiting.pop()()
    assert [(moved.id, moved.accepted) for moved in scene.moved] == [("c-1", True)]


def test_without_a_record_it_fails() -> None:
    scene = Scene(writes=False)
    scene.order(COMMAND, "")
    scene.journal.waiting.pop()()
    assert not scene.moved
    failed = scene.journal.kept[-1]
    assert isinstance(failed, Event)
    assert (failed.kind, failed.data["reason"]) == ("command_failed", "not_on_record")
