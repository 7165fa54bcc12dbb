"""What a reading costs at 50 readings a second, and how soon a killed agent is back."""

import time
from collections.abc import Iterator
from pathlib import Path

from cli.bench.figure import Figure
from cli.bench.proc import cpu_s, written_bytes
from cli.drill import texts
from cli.drill.room import Cannot, Room
from cli.world import until

FIGURES = ("cpu_ms_per_reading", "written_b_per_reading", "recover_s")
WARM_S, SECONDS, PER_S = 10.0, 60.0, 50


def measure(directory: Path) -> Iterator[Figure]:
    room = Room(directory)
    if _in_ram(room.state):
        raise Cannot("the scratch directory lies on a tmpfs; set TMPDIR to a real file system")
    config = texts.config().replace("seal_s = 2.0", "seal_s = 15.0")
    with room.world(texts.scenario(maker_every_s=1 / PER_S)) as world:
        world.tell(do="silent", device=texts.SCALE)
        with room.agent(config) as agent:
            time.sleep(WARM_S)
            before = _readings(room), cpu_s(agent.pid), written_bytes(agent.pid)
            time.sleep(SECONDS)
            after = _readings(room), cpu_s(agent.pid), written_bytes(agent.pid)
            agent.kill()
        began = time.monotonic()
        with room.agent(config) as again:
            until(lambda: _readings(room) > 0, 30, 0.02)
            recovered = time.monotonic() - began
            again.stop()
    count = max(1, after[0] - before[0])
    how = (
        f"{count} readings of a JSON-lines device at {PER_S}/s in {SECONDS:.0f} s, default sealing"
    )
    yield Figure(
        figure="cpu_ms_per_reading",
        value=1000 * (after[1] - before[1]) / count,
        unit="ms",
        goal=0.5,
        op="<=",
        how=how,
    )
    yield Figure(
        figure="written_b_per_reading",
        value=(after[2] - before[2]) / count,
        unit="B",
        goal=150,
        op="<=",
        how=f"{how}; write_bytes of /proc/PID/io, checkpoints included",
    )
    yield Figure(
        figure="recover_s",
        value=recovered,
        unit="s",
        goal=5,
        op="<=",
        how="SIGKILL, start again on the same journal; seconds to the first reading",
    )


def _readings(room: Room) -> int:
    devices = room.status().get("devices", ())
    return sum(device["readings"] for device in devices if device["id"] == texts.MAKER)


def _in_ram(path: Path) -> bool:
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    inside = [(len(at), kind) for at, kind in mounts if str(path.resolve()).startswith(at)]
    return max(inside)[1] in ("tmpfs", "ramfs")
