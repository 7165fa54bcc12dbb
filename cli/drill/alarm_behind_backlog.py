"""A million readings wait on a line of 1 Mbit/s; alarms overtake them."""

from cli.drill import texts
from cli.drill.backlog import SLOW_BITS, alarms, fill, stored
from cli.drill.room import Finding, Room
from cli.drill.uplink import account_of_many, both, drain
from cli.town import Town

READINGS = 1_000_000
ALARMS = 8
BOUND_S = 2.0


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    scenario = texts.scenario().replace("baud = 115200", "baud = 0")
    with (
        room.world(scenario) as world,
        room.agent(texts.config(more=town.tables(more="most_s = 5.0\n"), again_s=0.0)) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        town.proxy.refuse()
        waiting = fill(room, world, READINGS)
        waited = alarms(room, town, world, ALARMS, 1.0)
        behind = waiting - town.rows()
        town.proxy.limit(None)
        drain(room, world, 60)
        seen = account_of_many(room, town, stored(room))
        agent.stop()
    slowest = max(waited, default=99.0)
    return Finding(
        ok=seen.whole and len(waited) == ALARMS and slowest <= BOUND_S and behind > 0,
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent,
        duplicated=seen.doubled,
        bound_s=BOUND_S,
        more={
            "slowest_alarm_s": round(slowest, 2),
            "backlog": waiting,
            "still_waiting_after_the_alarms": behind,
            "bits_per_s": SLOW_BITS,
        },
        how="a million readings are stored while the port refuses; then, over 1 Mbit/s, eight "
        "codes are shown; slowest_alarm_s from the box's stamp of an event to the city's commit",
    )
