"""The disk fills: doors open, urgent records stay, what must go is on record."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from cli.drill import texts
from cli.drill.acts import deposit, opens
from cli.drill.room import Cannot, Finding, Room, doubled, events
from cli.world import until

DISK_MB = 6
STORE = "reserve_bytes = 1048576\nbulk_bytes = 67108864\n"


def drill(room: Room) -> Finding:
    with _small_disk(room):
        return _drill(room)


def _drill(room: Room) -> Finding:
    doors, weights = list[float](), list[float]()
    with (
        room.world(texts.scenario()) as world,
        room.agent(texts.config(store=STORE)) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        ballast = room.state / "ballast"
        _fill(ballast)
        world.tell(do="flood", device=texts.MAKER, per_s=5000, seconds=30)
        for turn in range(4):
            doors.append(opens(world) or 99.0)
            weights.append(deposit(world, 3.0 + turn) or -1.0)
        ballast.unlink()
        until(lambda: _writes(room), 30, 0.2)
        doors.append(opens(world) or 99.0)
        time.sleep(4)
        counts = room.status()["journal"]["streams"]
        code = agent.stop()
    records = room.records()
    granted = len(events(records, "access_granted"))
    weighed = [line["data"]["weight"] for line in events(records, "weighing")]
    lost = len(doors) - granted + len(weights) - len(weighed)
    gaps = [line for line in records if line["type"] == "gap"]
    gapped = sum(stream["gapped"] for stream in counts)
    covered = sum(line["last"] - line["first"] + 1 for line in gaps)
    return Finding(
        ok=lost == 0 and max(doors) < 2 and weighed == weights and code == 0 and covered >= gapped,
        sent=len(doors) + len(weights),
        arrived=granted + len(weighed),
        lost_urgent=lost,
        duplicated=doubled(records),
        more={"slowest_door_s": round(max(doors), 3), "gapped": gapped, "gap_records": len(gaps)},
        how=f"the state lies on a tmpfs of {DISK_MB} MB that is filled to the last byte while "
        "5 000 readings a second come in; doors and weighings against the world's truth",
    )


def _fill(ballast: "os.PathLike[str]") -> None:
    with open(ballast, "wb", buffering=0) as file:  # noqa: PTH123  # unbuffered until ENOSPC
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass


def _writes(room: Room) -> bool:
    return bool(room.status().get("journal", {}).get("writes"))


@contextmanager
def _small_disk(room: Room) -> Iterator[None]:
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(room.state)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        raise Cannot(f"no small tmpfs can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
        room.settle()
    finally:
        subprocess.run(["/bin/umount", "-l", str(room.state)], check=False)
