"""The clock jumps by years, back and forth: nothing is reordered, lost or doubled."""

import json
import os
import time
from itertools import pairwise
from pathlib import Path

from cli.drill import texts
from cli.drill.acts import emitted, opens
from cli.drill.room import Finding, Room, doubled, events, readings

JUMPS = ("2026-11-24T00:00:00Z", "1970-01-02T00:00:00Z", "2036-02-07T00:00:00Z")


def drill(room: Room) -> Finding:
    play = room.directory / "clock.json"
    _tell(play, JUMPS[0])
    more = '[clock]\nsources = ["platform", "rtc"]\nsimulate = "${LINLI_RUN}/../clock.json"\n'
    with (
        room.world(texts.scenario(maker_every_s=0.05)) as world,
        room.agent(texts.config(more=more)) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        since, doors = len(world.truth), list[float | None]()
        for jump in (*JUMPS, *reversed(JUMPS)):
            _tell(play, jump)
            time.sleep(3)
            doors.append(opens(world))
        time.sleep(1)
        sent = len(emitted(world.lines(since), texts.MAKER))
        agent.stop()
    records = room.records()
    kept = readings(records, texts.MAKER)
    order = [line["mono_ns"] for line in kept]
    granted = len(events(records, "access_granted"))
    told = events(records, "clock_synced", "clock_disagrees", "clock_refused")
    return Finding(
        ok=order == sorted(order)
        and None not in doors
        and granted == len(doors)
        and len(kept) >= sent
        and len(events(records, "clock_refused")) > 0
        and doubled(records) == 0,
        sent=sent + len(doors),
        arrived=len(kept) + granted,
        lost_urgent=len(doors) - granted,
        duplicated=doubled(records),
        more={
            "clock_events": len(told),
            "reordered": sum(b < a for a, b in pairwise(order)),
        },
        how="a source that is believed tells 2026, 1970, 2036 and back, while readings "
        "come in and doors are opened; order by monotonic time and sequence against the truth",
    )


def _tell(play: Path, utc: str) -> None:
    """Whole or not at all: the agent may read at any moment."""
    fresh = play.with_suffix(".new")
    fresh.write_text(json.dumps({"sources": {"platform": {"utc": utc}}}), encoding="utf-8")
    os.replace(fresh, play)  # noqa: PTH105  # same thing
