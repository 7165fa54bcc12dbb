"""150 ms for every sync: doors do not notice, and nothing is lost."""

import os
import time

from cli.drill import texts
from cli.drill.acts import emitted, opens
from cli.drill.room import Finding, Room, doubled, events, longest_silence_s, readings
from cli.drill.shim import built

SYNC_MS = 150
DOORS = 20


def drill(room: Room) -> Finding:
    os.environ["LINLI_SHIM_SYNC_MS"] = str(SYNC_MS)
    try:
        return _drill(room)
    finally:
        del os.environ["LINLI_SHIM_SYNC_MS"]


def _drill(room: Room) -> Finding:
    shim = built(room.directory)
    doors = list[float]()
    with (
        room.world(texts.scenario(maker_every_s=0.02)) as world,
        room.agent(texts.config(), preload=shim) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        since = len(world.truth)
        for _ in range(DOORS):
            doors.append(opens(world) or 99.0)
            time.sleep(0.5)
        sent = len(emitted(world.lines(since), texts.MAKER))
        code = agent.stop()
    records = room.records()
    granted = len(events(records, "access_granted"))
    kept = readings(records, texts.MAKER)
    silence = longest_silence_s(kept)
    return Finding(
        ok=granted == DOORS and max(doors) < 0.5 and len(kept) >= sent and code == 0,
        sent=sent + DOORS,
        arrived=len(kept) + granted,
        lost_urgent=DOORS - granted,
        lost_bulk_s=silence if silence > 1 else 0.0,
        bound_s=2.0,
        duplicated=doubled(records),
        more={"sync_ms": SYNC_MS, "slowest_door_s": round(max(doors), 3)},
        how="a preloaded shim adds 150 ms to every sync of the agent; 20 codes shown while 50 "
        "readings a second come in; seconds from the code on the wire to the relay's bytes",
    )
