"""Somebody holds another code before the door's camera in every frame, for a minute."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from cli.bench.proc import rss_mb
from cli.drill import seeing, texts
from cli.drill.acts import opens
from cli.drill.room import Finding, Room, doubled, events
from cli.world import World

FLOOD_S, SETTLED_S = 60.0, 20.0
EACH = 12  # a turn: more than there are frames
BEFORE = 6
AFTER = 25  # frames of a resident's code: one or two are read
AFTER_S = 20.0

AGENT_GROWS_MB, EYES_GROW_MB = 10.0, 20.0  # from ``SETTLED_S`` on: pools and caches are full then
EYES_MB = 150.0
AT_ONCE, PER_S = 8, 2.0
"""Codes that are told (agent.vision.shown): what nobody could show in earnest is held back."""


@dataclass(slots=True)
class _Seen:
    before: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)
    agent_mb: list[float] = field(default_factory=list)
    eyes_mb: list[float] = field(default_factory=list)
    shown: int = 0
    flooded_s: float = 0.0
    opened_after: bool = False
    code: int = 1


def drill(room: Room) -> Finding:
    seen = _suffer(room)
    records = room.records()
    told = sum(line["device"] == seeing.DOOR for line in events(records, "code_scanned"))
    most = round(AT_ONCE + PER_S * (seen.flooded_s + AFTER_S))
    took = (*seen.before, *seen.meanwhile)
    opened = sum(each < seeing.SLOWEST_DOOR_S for each in took) + seen.opened_after
    grown = _grown(seen.agent_mb), _grown(seen.eyes_mb)
    twice = doubled(records)
    return Finding(
        ok=AT_ONCE <= told <= most
        and seeing.as_fast(seen.before, seen.meanwhile)
        and seen.opened_after
        and grown[0] < AGENT_GROWS_MB
        and grown[1] < EYES_GROW_MB
        and max(seen.eyes_mb) < EYES_MB
        and not twice
        and seen.code == 0,
        sent=len(took) + 1,
        arrived=opened,
        lost_urgent=len(took) + 1 - opened,
        bound_s=seeing.SLOWEST_DOOR_S,
        duplicated=twice,
        more={
            "codes_shown": seen.shown,
            "codes_told": told,
            "codes_told_at_most": most,
            "agent_mb": round(max(seen.agent_mb), 1),
            "agent_grew_mb": round(grown[0], 1),
            "eyes_mb": round(max(seen.eyes_mb), 1),
            "eyes_grew_mb": round(grown[1], 1),
            **seeing.told_doors(seen.before, seen.meanwhile),
        },
        how="another code in every frame of the door's camera for 60 s; memory of agent and eyes "
        "from the kernel, what it grew after the first 20 s; codes at the serial reader open as "
        "before, and a resident's at the camera afterwards",
    )


def _grown(samples: Sequence[float]) -> float:
    """One a turn, over the whole flood."""
    settled = round(len(samples) * SETTLED_S / FLOOD_S)
    return samples[-1] - samples[settled]


def _suffer(room: Room) -> _Seen:
    seen = _Seen()
    scenario = texts.scenario(more=seeing.phones(hold_s=0.05, between_s=0.0))
    with (
        room.world(scenario) as world,
        room.agent(seeing.watched(seeing.DOOR_CAMERA)) as agent,
        seeing.eyes(room) as eyes,
    ):
        seeing.looks(room)
        seen.before += seeing.doors(world, BEFORE)
        began = time.monotonic()
        while time.monotonic() - began < FLOOD_S:
            _turn(world, seen)
            seen.agent_mb.append(rss_mb(agent.pid))
            seen.eyes_mb.append(rss_mb(eyes.pid))
        seen.flooded_s = time.monotonic() - began
        seen.shown -= sum(line.get("what") == "not_shown" for line in world.lines())
        seen.opened_after = _opens_after(world)
        seen.code = eyes.stop() or agent.stop()
    return seen


def _turn(world: World, seen: _Seen) -> None:
    for _ in range(EACH):
        seen.shown += 1
        world.tell(do="show", device=seeing.DOOR, code=f"LINLI-DRILL-FLOOD-{seen.shown}")
    seen.meanwhile += seeing.doors(world, 1)


def _opens_after(world: World) -> bool:
    """A resident's code, once the queue before the camera has gone."""
    time.sleep(AFTER_S / 2)
    for _ in range(AFTER):
        world.tell(do="show", device=seeing.DOOR, code=texts.RESIDENT)
    return opens(world, reader=seeing.DOOR, seconds=AFTER_S / 2) is not None
