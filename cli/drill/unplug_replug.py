"""Adapters are pulled and come back under the same name."""

import time

from cli.drill import texts
from cli.drill.acts import deposit, opens
from cli.drill.room import Finding, Room, doubled, events
from cli.world import until

TIMES = 3
BACK_S = 10.0


def drill(room: Room) -> Finding:
    weights, doors, slowest_back = list[float](), list[float](), 0.0
    with room.world(texts.scenario()) as world, room.agent(texts.config()) as agent:
        room.wait_here(*texts.DEVICES)
        for turn in range(TIMES):
            for bus in ("scale", "relay", "gate"):
                world.tell(do="unplug", bus=bus)
            until(lambda: not room.here(texts.SCALE, texts.RELAY), BACK_S, 0.05)
            time.sleep(0.5)
            for bus in ("scale", "relay", "gate"):
                world.tell(do="plug", bus=bus)
            began = time.monotonic()
            room.wait_here(*texts.DEVICES, seconds=BACK_S)
            slowest_back = max(slowest_back, time.monotonic() - began)
            weights.append(deposit(world, 2.0 + turn) or -1.0)
            doors.append(opens(world) or 99.0)
        time.sleep(3)
        code = agent.stop()
    records = room.records()
    weighed = [line["data"]["weight"] for line in events(records, "weighing")]
    away = [line for line in events(records, "device_away") if line["device"] == texts.SCALE]
    back = [line for line in events(records, "device_back") if line["device"] == texts.SCALE]
    granted = len(events(records, "access_granted"))
    lost = (len(weights) - len(weighed)) + (len(doors) - granted)
    return Finding(
        ok=weighed == weights
        and max(doors) < 2
        and lost == 0
        and len(away) == TIMES
        and len(back) == TIMES + 1
        and code == 0,
        sent=len(weights) + len(doors),
        arrived=len(weighed) + granted,
        lost_urgent=lost,
        duplicated=doubled(records),
        bound_s=BACK_S,
        more={
            "unplugged": TIMES,
            "said_away": len(away),
            "said_back": len(back),
            "slowest_back_s": round(slowest_back, 2),
            "slowest_door_s": round(max(doors), 3),
        },
        how="three adapters pulled and put back three times; after each a bag is weighed and "
        "a code shown; weighings and openings against the world's truth",
    )
