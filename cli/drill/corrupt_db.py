"""The journal is damaged while the box is off: doors open all the same, and a new epoch begins."""

import time
from pathlib import Path

from cli.drill import texts
from cli.drill.acts import opens
from cli.drill.room import Finding, Room, doubled, events


def drill(room: Room) -> Finding:
    with room.world(texts.scenario(maker_every_s=0.02)) as world:
        with room.agent(texts.config()) as agent:
            room.wait_here(*texts.DEVICES)
            before_door = opens(world)
            time.sleep(4)
            agent.stop()
        before = room.records()
        for database in sorted(room.state.glob("*.db")):
            _damage(database)
        with room.agent(texts.config()) as agent:
            room.wait_here(texts.READER, texts.RELAY)
            door = opens(world)
            time.sleep(3)
            code = agent.stop()
    after = room.records()
    lost = events(after, "buffer_lost")
    fresh = {(line["stream"], line["epoch"], line["seq"]) for line in after}
    reused = fresh & {(line["stream"], line["epoch"], line["seq"]) for line in before}
    granted = len(events(after, "access_granted"))
    return Finding(
        ok=before_door is not None
        and door is not None
        and len(lost) == 1
        and not reused
        and granted == 1
        and code == 0,
        sent=1,
        arrived=granted,
        lost_urgent=1 - granted,
        duplicated=doubled(after),
        more={
            "reused_numbers": len(reused),
            "before": len(before),
            "after": len(after),
            "buffer_lost": len(lost),
            "quarantined": len(list(room.state.glob("*broken*")) or list(room.state.glob("*/*"))),
        },
        how="every other page of the database is overwritten between two runs; the door opens, "
        "buffer_lost is on record, no (stream, epoch, seq) is given twice",
    )


def _damage(database: Path) -> None:
    data = bytearray(database.read_bytes())
    for page in range(1, len(data) // 1024, 2):
        data[page * 1024 : page * 1024 + 512] = b"\xa5" * 512
    database.write_bytes(data)
