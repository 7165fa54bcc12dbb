"""The agent dies while a relay is on."""

import time

from cli.drill import texts
from cli.drill.acts import opens, relay_is_off, rests
from cli.drill.room import Finding, Room, doubled, events

PULSE_MS = 4000
REST_S = 10.0


def drill(room: Room) -> Finding:
    config = texts.config(pulse_ms=PULSE_MS)
    with room.world(texts.scenario()) as world:
        with room.agent(config) as agent:
            room.wait_here(texts.RELAY)
            opened = opens(world)
            time.sleep(0.5)
            agent.kill()
            on_when_killed = not relay_is_off(world)
        since, began = len(world.truth), time.monotonic()
        with room.agent(config) as again:
            rested = rests(world, REST_S, since=since)
            rest_s = time.monotonic() - began
            time.sleep(PULSE_MS / 1000 + 1)
            energised = any(
                line.get("what") == "on" and line.get("device") == texts.RELAY
                for line in world.lines(since)
            )
            off_at_last = relay_is_off(world)
            again.stop()
    records = room.records()
    accepted = events(records, "command_accepted")
    unknown = events(records, "command_unknown")
    return Finding(
        ok=opened is not None
        and on_when_killed
        and rested
        and not energised
        and off_at_last
        and len(accepted) == len(unknown) == 1,
        sent=1,
        arrived=len(accepted),
        lost_urgent=1 - len(accepted),
        duplicated=doubled(records),
        bound_s=REST_S,
        more={
            "rest_after_start_s": round(rest_s, 2),
            "energised_again": energised,
            "told_unknown": len(unknown),
        },
        how="SIGKILL half a second into a pulse of four; the relay has its own supply, stays on; "
        "the new process must put it to rest, and never close it again",
    )
