"""A replay of what was kept comes to what the box came to, whatever it saw and in what order."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config import settings
from agent.model.forms import BadLine, from_line, to_line
from agent.model.kept import kept
from agent.model.messages import Event, Fields, Message, Reading
from agent.model.time import Stamp
from agent.pipeline.allow import AllowOptions
from agent.pipeline.codes import Code
from agent.pipeline.graph import Graph, build
from agent.pipeline.replay import Replay, replay
from agent.pipeline.sane import Limits, SaneOptions
from agent.pipeline.settle import SettleOptions
from agent.pipeline.thin import ThinOptions
from tests.pipeline.scenes import Scene, concluded, event, play, reading, scenes

SHA = "ab" * 32
SANE = settings.Stage(
    id="sane", use="sane", inputs=("scale",),
    options=SaneOptions(limits={"weight": Limits(low=-1, high=100, max_rate=40)}),
)  # fmt: skip
SETTLE = settings.Stage(
    id="weigh", use="settle", inputs=("scale",), options=SettleOptions(frames=3, hold_s=0.3)
)
THIN = settings.Stage(
    id="thin", use="thin", inputs=("scale", "noise"), options=ThinOptions(keep=4, keep_s=0.5)
)
ALLOW = settings.Stage(
    id="gate", use="allow", inputs=("qr",),
    options=AllowOptions(door="d", target="relay", codes=(Code(name="x", sha256=SHA),)),
)  # fmt: skip
ORDERS = ((SANE, SETTLE, THIN, ALLOW), (SANE, THIN, SETTLE, ALLOW), (THIN, ALLOW, SANE, SETTLE))


def box(*stages: settings.Stage) -> settings.Box:
    return settings.Box(
        site=settings.Site(gateway="box-1"),
        buses=(),
        devices=(),
        stages=stages,
        clock=settings.Clock(),
        store=settings.Store(dir=Path("/nowhere")),
        sync=settings.Sync(),
        health=settings.Health(socket=Path("/nowhere")),
        digest="",
    )


def export(messages: list[Message]) -> list[dict[str, object]]:
    """As the journal keeps them: rounded, and through text."""
    lines = [to_line(message) for message in messages]
    for line in lines:
        if line["type"] == "reading":
            line["value"] = kept(str(line["quantity"]), float(str(line["value"])))
    return [json.loads(json.dumps(line)) for line in lines]


def scan(mono_ns: int) -> Event:
    data: Fields = {"code_sha256": SHA, "length": 4}
    return Event(device="qr", at=Stamp("boot-0", mono_ns), kind="code_scanned", data=data)


@given(scenes, st.sampled_from(ORDERS), st.lists(st.integers(0, 200), max_size=4))
def test_the_same_is_concluded(
    scene: Scene, order: tuple[settings.Stage, ...], scans: list[int]
) -> None:
    told = play(scene)
    for place in scans:
        told.insert(min(place, len(told)), scan(place * 500_000_000))
    graph = build(box(*order))
    live = [out for message in told for out in graph.feed(message)]
    assert replay(box(*order), export(live)) == [
        from_line(line) for line in export(concluded(live))
    ]


@given(scenes, scenes)
def test_the_same_is_concluded_across_a_restart(before: Scene, after: Scene) -> None:
    stages, live = ORDERS[0], list[Message]()
    for scene in (before, after):
        graph = build(box(*stages))
        told = [event("agent_started", device="box-1"), *play(scene)]
        live += [out for message in told for out in graph.feed(message)]
    assert replay(box(*stages), export(live)) == [
        from_line(line) for line in export(concluded(live))
    ]


def weighing() -> list[Message]:
    values = [0.0] * 6 + [3.2] * 6
    return [reading(value, n * 100_000_000) for n, value in enumerate(values)]


def test_there_is_something_to_conclude() -> None:
    made = replay(box(*ORDERS[0]), export(weighing()))
    assert [each.kind for each in made if isinstance(each, Event)] == ["weighing"]
    assert not [each for each in made if isinstance(each, Reading)]


def test_a_doubt_is_derived() -> None:
    made = replay(box(SANE), export([reading(500, 0)]))
    assert [each.quality for each in made if isinstance(each, Reading)] == ["invalid"]


def test_what_a_stage_of_another_configuration_concluded_is_not_skipped() -> None:
    line = to_line(event("weighing")) | {"by": "old-stage"}
    assert Replay(box(SETTLE)).feed(line) == []  # fed in, so not printed
    seen = settings.Stage(id="w2", use="settle", inputs=("old-stage",))
    assert replay(box(seen), [line]) == []


def test_what_a_stage_concluded_is_not_fed_to_those_below() -> None:
    seen: list[Message] = []

    def watch(message: Message, /) -> tuple[Message]:
        seen.append(message)
        return (message,)

    once = Replay(box(SETTLE))
    once._graph = Graph([("watch", ["weigh"], watch)])
    assert once.feed(to_line(event("weighing")) | {"by": "weigh"}) == []
    assert once.feed(to_line(event("weighing")) | {"device": "weigh"}) == []
    assert [each.by for each in seen if isinstance(each, Event)] == [None]


def test_gaps_are_passed_over_and_bad_lines_are_not() -> None:
    once = Replay(box(*ORDERS[0]))
    assert once.feed({"type": "gap"}) == []
    with pytest.raises(BadLine):
        once.feed({"type": "grap"})


def test_utc_alone_suffices() -> None:
    lines = [
        {
            "type": "reading", "device": "scale", "quantity": "weight", "value": value,
            "utc": f"2026-03-01T08:00:{n:02}Z",
        }
        for n, value in enumerate([0, 0, 0, 2.5, 2.5, 2.5])
    ]  # fmt: skip
    (weighing,) = replay(box(SETTLE), lines)
    assert to_line(weighing)["utc"] == "2026-03-01T08:00:05.000000Z"
