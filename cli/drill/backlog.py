"""A backlog that waits for its line, and alarms that shall not wait behind it."""

import time

from cli.drill import texts
from cli.drill.acts import opens
from cli.drill.room import Room
from cli.drill.uplink import connected
from cli.town import Town
from cli.world import World, until

SLOW_BITS = 1_000_000
FILL_S = 120.0


def stored(room: Room) -> int:
    """Readings that are durable."""
    streams = room.status().get("journal", {}).get("streams", ())
    return sum(stream["stored"] for stream in streams if stream["name"] == "bulk")


def fill(room: Room, world: World, readings: int) -> int:
    """Let readings pour in until so many are durable; how many are."""
    world.tell(do="flood", device=texts.MAKER, per_s=0, seconds=FILL_S)
    until(lambda: stored(room) >= readings, FILL_S, 0.1)
    world.tell(do="flood", device=texts.MAKER, per_s=1, seconds=0.1)
    world.tell(do="silent", device=texts.MAKER)
    time.sleep(3)
    return stored(room)


def alarms(room: Room, town: Town, world: World, times: int, every_s: float) -> list[float]:
    """While the backlog flows over a slow line: seconds from an event at the gate to the city's
    commit of it, for each of ``times`` codes."""
    town.proxy.limit(SLOW_BITS)
    town.proxy.restore()
    connected(room, 60)
    time.sleep(3)
    for _ in range(times):
        opens(world)
        time.sleep(every_s)
    until(lambda: len(town.events("access_granted")) >= times, 60, 0.2)
    return waits(town)


def waits(town: Town) -> list[float]:
    """From the box's own stamp to the city's commit; both read clocks of one machine."""
    shift_ns = time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    with town.look() as look:
        came = {(e, n): utc_ns for (_, _, e, n, _), utc_ns in look.arrivals("urgent", town.gateway)}
        told = [line for line in look.records("urgent") if line.get("kind") == "access_granted"]
    return [(came[line["epoch"], line["seq"]] - line["mono_ns"] - shift_ns) / 1e9 for line in told]
