"""The link dies without a word for forty seconds; then the agent is killed as well."""

import time

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import (
    HEALTHY_S,
    SEAL_S,
    Doors,
    account,
    both,
    connected,
    drained,
    granted,
    silence_s,
    verdict,
)
from cli.town import Town
from cli.world import until

DEAD_S = 40.0
START_S = 4.0
"""An interpreter on a busy machine takes seconds until it hears the first reading."""


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    config = texts.config(more=town.tables())
    with room.world(texts.scenario()) as world:
        doors = Doors(world)
        with room.agent(config) as agent:
            room.wait_here(*texts.DEVICES)
            connected(room)
            time.sleep(HEALTHY_S)
            town.proxy.blackhole()
            began = time.monotonic()
            doors.during(DEAD_S)
            noticed = not room.status()["sync"]["up"]
            agent.kill()
        with room.agent(config) as again:
            room.wait_here(*texts.DEVICES)
            doors.during(3.0)
            before = town.rows()
            town.proxy.restore()
            came = time.monotonic()
            until(lambda: town.rows() > before, 60, 0.05)
            first_s = time.monotonic() - came
            box = drained(room, world)
            again.stop()
    seen, silent_s = account(box, town), silence_s(town)
    bound_s = SEAL_S + START_S
    return Finding(
        ok=verdict(town, seen, doors, also=noticed and silent_s <= bound_s),
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        lost_bulk_s=silent_s,
        bound_s=bound_s,
        duplicated=seen.doubled,
        more={
            "doors": doors.shown,
            "slowest_door_s": round(doors.slowest_s, 3),
            "dead_s": round(came - began, 1),
            "first_data_s": round(first_s, 2),
            "missing_bulk": seen.missing_bulk,
        },
        how="the line swallows everything for 40 s, then SIGKILL, a new agent, and the line comes "
        "back; codes are shown all the time; lost_bulk_s is the longest silence of a device at the "
        "city: what was not sealed when the agent was killed, and its start",
    )
