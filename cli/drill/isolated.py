"""What the drills of isolated buses have in common: harm is done, and the others are watched."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.supervisor.heartbeat import HUNG_S
from cli.drill import texts
from cli.drill.acts import emitted, opens
from cli.drill.harmful import FILE
from cli.drill.room import Finding, Room, doubled, events, longest_silence_s, readings
from cli.world import Line, World

VICTIM = "victim-1"
BACK_S = HUNG_S + 10
"""A hung worker is killed after ``HUNG_S``; a new interpreter on a busy box takes seconds."""

DOORS, DOOR_EVERY_S = 12, 0.8
TRUST_S = 1.0  # a neighbour that tells five readings a second and pauses for so long has suffered

MARGIN_NS = 50_000_000
"""The world and the agent look at the same clock a moment apart; frames come every 200 ms."""


@dataclass(frozen=True, slots=True)
class Wards:
    """What was counted while harm was done."""

    doors: Sequence[float]
    restarts: Sequence[str]
    sent: int
    kept: int
    neighbour_silence_s: float
    victim_silence_s: float
    duplicated: int
    code: int


def drill(room: Room, harms: Mapping[str, str], how: str) -> Finding:
    """``harms``: what is done, and the reason that the box must give for it."""
    seen = _suffer(room, list(harms))
    slowest = max(seen.doors)
    opened = sum(1 for door in seen.doors if door < 2)
    asked = len(harms) * DOORS
    return Finding(
        ok=opened == asked
        and slowest < 1
        and list(seen.restarts) == list(harms.values())
        and seen.kept == seen.sent
        and seen.neighbour_silence_s < TRUST_S
        and seen.victim_silence_s < BACK_S
        and not seen.duplicated
        and seen.code == 0,
        sent=seen.sent + asked,
        arrived=seen.kept + opened,
        lost_urgent=asked - opened,
        lost_bulk_s=seen.victim_silence_s,
        bound_s=BACK_S,
        duplicated=seen.duplicated,
        more={
            "restarts": list(seen.restarts),
            "slowest_door_s": round(slowest, 3),
            "neighbour_silence_s": round(seen.neighbour_silence_s, 2),
        },
        how=how,
    )


def _suffer(room: Room, harms: Sequence[str]) -> Wards:
    harm = room.directory / "harm"
    os.environ[FILE] = str(harm)
    doors = list[float]()
    with (
        room.world(texts.scenario(more=_SCENARIO)) as world,
        room.agent(texts.config(more=_CONFIG), module="cli.drill.harmful") as agent,
    ):
        room.wait_here(*texts.DEVICES, VICTIM)
        since = len(world.truth)
        for what in harms:
            doors += _harm(room, world, harm, what)
        world.tell(do="silent", device=texts.MAKER)
        time.sleep(3)
        code = agent.stop()
        neighbours = emitted(world.lines(since), texts.MAKER)
    return _counted(room.records(), neighbours, doors, code)


def _harm(room: Room, world: World, harm: Path, what: str) -> list[float]:
    """Doors while the victim's process hangs, dies and comes back."""
    harm.write_text(what, encoding="ascii")
    doors = list[float]()
    for _ in range(DOORS):
        doors.append(opens(world) or 99.0)
        time.sleep(DOOR_EVERY_S)
    room.wait_here(VICTIM, seconds=BACK_S)
    return doors


def _counted(records: list[Line], neighbours: list[Line], doors: list[float], code: int) -> Wards:
    first = neighbours[0]["mono_ns"] - MARGIN_NS
    kept = [line for line in readings(records, texts.MAKER) if line["mono_ns"] > first]
    restarts = [line["data"]["reason"] for line in events(records, "worker_restarted")]
    return Wards(
        doors=doors,
        restarts=restarts,
        sent=len(neighbours),
        kept=len(kept),
        neighbour_silence_s=longest_silence_s(kept),
        victim_silence_s=longest_silence_s(readings(records, VICTIM)),
        duplicated=doubled(records),
        code=code,
    )


_SCENARIO = f"""
[[bus]]
id = "victim"
baud = 115200
[[device]]
id = "{VICTIM}"
sim = "jsonl"
bus = "victim"
[device.options]
every_s = 0.2
"""

_CONFIG = f"""
[[bus]]
id = "victim"
port = "${{LINLI_RUN}}/victim"
baud = 115200
isolate = true
[[device]]
id = "{VICTIM}"
driver = "harmful"
bus = "victim"
"""
