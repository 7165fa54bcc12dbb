"""The eyes die again and again while vehicles pass, and are started anew as systemd would."""

import re
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

from cli.drill import seeing, texts
from cli.drill.room import Finding, Room, doubled, events
from cli.world import Eyes, Line, World

INTO_S = (2.0, 4.5, 3.0, 5.0)
"""Seconds after a vehicle came in view: before it was told of, while it is, and afterwards."""

COMES_S = 20.0
BEFORE, DEAD, STARTING = 6, 3, 4
"""Doors before all, while the eyes are dead (3 s, ``RestartSec``), while they start."""


@dataclass(slots=True)
class _Seen:
    spans: list[tuple[int, int]] = field(default_factory=list)  # in which eyes looked
    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    truth: list[Line] = field(default_factory=list)
    code: int = 1


def drill(room: Room) -> Finding:
    seen = _suffer(room)
    records = room.records()
    told = events(records, "vehicle_passed")
    tally = seeing.tally(seeing.vehicles(seen.truth), told, seen.spans)
    holes, twice = _holes(told), doubled(records)
    asked = len(seen.before) + len(seen.meanwhile)
    opened = sum(took < seeing.SLOWEST_DOOR_S for took in (*seen.before, *seen.meanwhile))
    return Finding(
        ok=tally.whole
        and tally.due >= len(INTO_S)
        and not holes
        and not twice
        and seeing.as_fast(seen.before, seen.meanwhile)
        and seen.code == 0,
        sent=tally.due + asked,
        arrived=tally.kept + opened,
        lost_urgent=tally.due - tally.kept + holes,
        bound_s=seeing.SLOWEST_DOOR_S,
        duplicated=tally.twice + twice,
        more={
            "kills": len(INTO_S),
            "vehicles_due": tally.due,
            "vehicles_told": len(told),
            "of_no_vehicle": tally.stray,
            "names_missing": holes,
            **seeing.told_doors(seen.before, seen.meanwhile),
        },
        how="SIGKILL for the eyes four times, 2 to 5 s after a vehicle came in view, 3 s without "
        "them; vehicles that passed while they looked are told once each, others at most once, "
        "no name of a run's passages is missing; codes at the serial reader open as before",
    )


def _suffer(room: Room) -> _Seen:
    seen = _Seen()
    config = texts.config(more=seeing.LANE_CAMERA)
    with ExitStack() as parts:
        world = parts.enter_context(room.world(texts.scenario(more=seeing.lane())))
        agent = parts.enter_context(room.agent(config))
        eyes = parts.enter_context(seeing.eyes(room))
        seeing.looks(room)
        began = seeing.now_ns()
        seen.before += seeing.doors(world, BEFORE)
        for into_s in INTO_S:
            _next(world, into_s)
            seen.spans.append((began, seeing.now_ns()))
            eyes.kill()
            seen.meanwhile += seeing.doors(world, DEAD)
            eyes = _again(room, parts)
            seen.meanwhile += seeing.doors(world, STARTING)
            seeing.looks(room)
            began = seeing.now_ns()
        _next(world, 0.0)
        seen.spans.append((began, seeing.now_ns()))
        seen.truth = world.lines()
        seen.code = eyes.stop() or agent.stop()
    return seen


def _again(room: Room, parts: ExitStack) -> Eyes:
    return parts.enter_context(seeing.eyes(room))


def _next(world: World, into_s: float) -> None:
    """The first vehicle that comes has passed and the second has been in view for ``into_s``."""
    for _ in range(2):
        since = len(world.truth)
        world.wait_for(lambda line: line.get("what") == "coming", COMES_S, since=since)
    time.sleep(into_s)


def _holes(told: Iterable[Line]) -> int:
    """Passages of a run that it told before one that arrived, and that did not arrive: the core
    makes events durable in the order in which they are told."""
    runs = defaultdict[str, set[int]](set)
    for line in told:
        name = re.fullmatch(r"(.+)-(\d+)", line["data"]["passage"])
        if name is not None:
            runs[name[1]].add(int(name[2]))
    return sum(max(numbers) - len(numbers) for numbers in runs.values())
