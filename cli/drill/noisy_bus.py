"""Noise, flipped bits, lost bytes: no value may be believed that nobody sent."""

import time

from cli.drill import texts
from cli.drill.acts import deposit, emitted
from cli.drill.room import Finding, Room, doubled, events, readings

SECONDS = 20.0


def drill(room: Room) -> Finding:
    weights = list[float]()
    with room.world(texts.scenario()) as world, room.agent(texts.config()) as agent:
        room.wait_here(texts.SCALE, texts.MAKER)
        for harm in ("noise", "flip", "drop", "dup"):
            world.tell(do="harm", bus="scale", harm=harm, rate=0.004)
            world.tell(do="harm", bus="maker", harm=harm, rate=0.002)
        world.tell(do="harm", bus="scale", harm="chop")
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            weights.append(deposit(world, 1.0 + len(weights), hold_s=4.0) or -1.0)
        for bus in ("scale", "maker"):
            world.tell(do="heal", bus=bus)
        time.sleep(3)
        agent.stop()
        truth = world.lines()
    records = room.records()
    meant = {line["meaning"]["weight"] for line in emitted(truth, texts.SCALE, intact=False)}
    heard = [line["value"] for line in readings(records, texts.SCALE)]
    invented = [value for value in heard if value not in meant]
    weighed = [line["data"]["weight"] for line in events(records, "weighing")]
    spoilt = sum(1 for line in truth if line.get("truth") == "emitted" and not line["intact"])
    return Finding(
        ok=not invented and weighed == weights and doubled(records) == 0 and spoilt > 0,
        sent=len(weights),
        arrived=len(weighed),
        lost_urgent=len(weights) - len(weighed),
        duplicated=doubled(records),
        more={"invented": len(invented), "spoilt_frames": spoilt, "readings": len(heard)},
        how="0.4 % of the scale's bytes inserted, flipped, dropped and doubled while bags are "
        "weighed; every stored weight must be one that the scale meant, every weighing a deposit",
    )
