"""How many readings a second come from the wire to the disk."""

import time
from collections.abc import Iterator
from pathlib import Path

from cli.bench.figure import Figure
from cli.drill import texts
from cli.drill.room import Room

FIGURES = ("throughput_rps",)
SECONDS = 15.0


def measure(directory: Path) -> Iterator[Figure]:
    room = Room(directory)
    scenario = texts.scenario().replace("baud = 115200", "baud = 0")
    with room.world(scenario) as world, room.agent(texts.config()) as agent:
        room.wait_here(texts.MAKER)
        world.tell(do="flood", device=texts.MAKER, per_s=0, seconds=SECONDS + 10)
        time.sleep(3)
        before, began = _stored(room), time.monotonic()
        time.sleep(SECONDS)
        after, ended = _stored(room), time.monotonic()
        agent.stop()
    yield Figure(
        figure="throughput_rps",
        value=(after - before) / (ended - began),
        unit="/s",
        goal=30_000,
        op=">=",
        how=f"JSON lines as fast as a pseudo-terminal takes them, through sane, durable in blocks, "
        f"{SECONDS:.0f} s; the simulator shares the processor",
    )


def _stored(room: Room) -> int:
    streams = room.status()["journal"]["streams"]
    return sum(stream["stored"] for stream in streams if stream["name"] == "bulk")
