"""Commits that fail, acknowledgements that vanish, batches that come twice."""

import time

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import Doors, account, both, connected, drained, granted, verdict
from cli.town import Plan, Town

BUSY_S = 20.0
PATIENCE_S = 75.0  # what has no word goes again after 20 s, then after 40


def drill(room: Room) -> Finding:
    return both(room, _story, Plan(module="cli.drill.faulty_city"))


def _story(room: Room, town: Town) -> Finding:
    with (
        room.world(texts.scenario(maker_every_s=0.02)) as world,
        room.agent(texts.config(more=town.tables())) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        connected(room)
        doors = Doors(world)
        doors.during(BUSY_S)
        box = drained(room, world, PATIENCE_S)
        resent = sum(lane["resent"] for lane in room.status()["sync"]["lanes"])
        agent.stop()
        time.sleep(0.5)
    seen, status = account(box, town), town.status()
    return Finding(
        ok=verdict(town, seen, doors, also=resent > 0 and status["duplicates"] > 0),
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "doors": doors.shown,
            "resent": resent,
            "came_twice": status["duplicates"],
            "missing_bulk": seen.missing_bulk,
        },
        how="a city of whose commits a third fail and a quarter come twice, and of whose "
        "acknowledgements a fifth are lost, at 50 readings a second; the box's journal beside its "
        "database",
    )
