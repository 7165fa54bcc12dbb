"""Nobody listens at the broker's port for a while; then connections are cut again and again."""

import time

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import (
    HEALTHY_S,
    Doors,
    account,
    both,
    connected,
    drained,
    granted,
    verdict,
)
from cli.town import Town

REFUSED_S = 20.0
CUTS = 5


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    with (
        room.world(texts.scenario()) as world,
        room.agent(texts.config(more=town.tables())) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        connected(room)
        doors = Doors(world)
        time.sleep(HEALTHY_S)
        town.proxy.refuse()
        doors.during(REFUSED_S)
        town.proxy.restore()
        connected(room)
        for _ in range(CUTS):
            doors.during(1.0, 0.5)
            town.proxy.cut()
        connected(room)
        box = drained(room, world)
        connects = room.status()["sync"]["connects"]
        agent.stop()
    seen = account(box, town)
    return Finding(
        ok=verdict(town, seen, doors, also=connects > 1),
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "doors": doors.shown,
            "slowest_door_s": round(doors.slowest_s, 3),
            "connects": connects,
            "missing_bulk": seen.missing_bulk,
        },
        how="the port refuses for 20 s, then five resets in a row, while codes are shown; the "
        "box's journal beside the city's database",
    )
