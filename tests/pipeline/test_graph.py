from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from agent.model.messages import Command, Event, Message, Quality, Reading
from agent.pipeline.base import Stage
from agent.pipeline.graph import Graph
from tests.pipeline.scenes import event, reading

SEEN = list[Message]


def watcher(seen: SEEN) -> Stage:
    def watch(message: Message, /) -> Sequence[Message]:
        seen.append(message)
        return (message,)

    return watch


def doubts(message: Message, /) -> Iterable[Message]:
    """A generator: stages may yield."""
    yield replace(message, quality=Quality.SUSPECT) if isinstance(message, Reading) else message


def swallows(message: Message, /) -> Sequence[Message]:  # noqa: ARG001  # that is its nature
    return ()


def concludes(name: str) -> Stage:
    def conclude(message: Message, /) -> Sequence[Message]:
        return (message, replace(event("weighing"), at=message.at, by=name))

    return conclude


def breaks(message: Message, /) -> Sequence[Message]:
    raise ZeroDivisionError(str(message))


def test_messages_nobody_wants_pass() -> None:
    seen: SEEN = []
    graph = Graph([("a", ["other"], watcher(seen))])
    assert graph.feed(reading(1, 0)) == [reading(1, 0)]
    assert seen == []


def test_stages_run_in_the_order_of_the_file() -> None:
    first, last = SEEN(), SEEN()
    graph = Graph([
        ("a", ["scale"], watcher(first)), ("b", ["scale"], doubts), ("c", ["scale"], watcher(last)),
    ])  # fmt: skip
    doubted = reading(1, 0, quality=Quality.SUSPECT)
    assert graph.feed(reading(1, 0)) == [doubted]
    assert (first, last) == ([reading(1, 0)], [doubted])


def test_what_is_swallowed_is_gone() -> None:
    seen: SEEN = []
    graph = Graph([("a", ["scale"], swallows), ("b", ["scale"], watcher(seen))])
    assert graph.feed(reading(1, 0)) == []
    assert seen == []


def test_conclusions_are_chosen_by_their_stage() -> None:
    seen: SEEN = []
    graph = Graph([("w", ["scale"], concludes("w")), ("x", ["w"], watcher(seen))])
    made = graph.feed(reading(1, 0))
    assert [each.by for each in made if isinstance(each, Event)] == ["w"]
    assert seen == made[1:]


def test_conclusions_do_not_come_back() -> None:
    seen: SEEN = []
    graph = Graph([("x", ["w"], watcher(seen)), ("w", ["scale", "w"], concludes("w"))])
    assert len(graph.feed(reading(1, 0))) == 2
    assert seen == []


def test_each_branch_goes_its_way_in_order() -> None:
    graph = Graph([("w", ["scale"], concludes("w")), ("t", ["w"], concludes("t"))])
    made = graph.feed(reading(1, 0))
    assert [getattr(each, "by", None) for each in made] == [None, "w", "t"]


def test_commands_are_chosen_by_their_target() -> None:
    seen: SEEN = []
    command = Command(id="c", target="lock", action="open", at=reading(1, 0).at, ttl_ns=1)
    Graph([("a", ["lock"], watcher(seen))]).feed(command)
    assert seen == [command]


def test_a_stage_that_breaks_is_told_once_and_stops_nothing() -> None:
    seen: SEEN = []
    graph = Graph([("a", ["scale"], breaks), ("b", ["scale"], watcher(seen))], "box-1")
    told = [graph.feed(reading(n, n)) for n in range(3)]
    broke = Event(
        device="box-1",
        at=reading(0, 0).at,
        kind="stage_broke",
        data={"stage": "a", "error": "ZeroDivisionError"},
        by="a",
    )
    assert told == [[reading(0, 0), broke], [reading(1, 1)], [reading(2, 2)]]
    assert seen == [reading(n, n) for n in range(3)]
    assert graph.broke == {"a": 3}


def test_a_break_names_its_trace_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    Graph([("a", ["scale"], breaks)]).feed(reading(1, 0))
    (record,) = caplog.records
    assert record.exc_info is not None
    assert "stage a" in record.message


def test_ways_are_bounded() -> None:
    graph = Graph([("a", ["scale"], swallows)])
    for n in range(5000):
        graph.feed(reading(1, 0, device=f"d-{n}"))
    assert len(graph._ways) == 4096
    assert graph.feed(reading(1, 0)) == []
