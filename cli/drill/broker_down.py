"""The broker is stopped, later killed, and comes back each time on the same port."""

import time

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import (
    Doors,
    account,
    both,
    connected,
    drained,
    emitted_count,
    granted,
    silence_s,
)
from cli.town import Town
from cli.world import until

DOWN_S = 15.0
FIRST_DATA_S = 5.0
HEALTHY_S = 11.0  # ``healthy_s`` of the town is 10: a line that was good is tried again at once


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    backs = list[float]()
    with (
        room.world(texts.scenario()) as world,
        room.agent(texts.config(more=town.tables())) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        connected(room)
        doors = Doors(world)
        for end in (town.broker.stop, town.broker.kill):
            time.sleep(HEALTHY_S)
            end()
            doors.during(DOWN_S)
            before = town.rows()
            town.broker.start()
            began = time.monotonic()
            until(lambda: town.rows() > before, 60, 0.05)  # noqa: B023  # used at once
            backs.append(time.monotonic() - began)
        box = drained(room, world)
        told = emitted_count(world.lines())
        agent.stop()
    seen = account(box, town)
    return Finding(
        ok=seen.whole and doors.slowest_s < 1 and granted(town) == doors.shown,
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        lost_bulk_s=0.0 if not seen.missing_bulk else silence_s(town),
        duplicated=seen.doubled,
        bound_s=FIRST_DATA_S,
        more={
            "doors": doors.shown,
            "slowest_door_s": round(doors.slowest_s, 3),
            "first_data_s": [round(back, 2) for back in backs],
            "frames_told": told,
            "holes": seen.holes,
        },
        how="mosquitto stopped for 15 s, later killed for 15 s, while codes are shown; the box's "
        "journal beside the city's database; first_data_s from the broker's return to the first "
        "new row",
    )
