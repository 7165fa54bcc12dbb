"""From a code on the wire to the relay's bytes on the wire, while others talk."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from cli.bench.figure import Figure, percentile
from cli.drill import texts
from cli.drill.room import Room
from cli.drill.shim import built
from cli.world import World

FIGURES = ("qr_relay_p99_ms", "qr_relay_slow_disk_p99_ms")
DOORS, EVERY_S = 200, 0.15
SLOW_MS = 150


def measure(directory: Path) -> Iterator[Figure]:
    (directory / "fast").mkdir()
    (directory / "slow").mkdir()
    fast = _latencies(Room(directory / "fast"), 20_000)
    yield _figure("qr_relay_p99_ms", fast, "20 000 readings/s beside it, the disk as it is")
    os.environ["LINLI_SHIM_SYNC_MS"] = str(SLOW_MS)
    try:
        slow = _latencies(Room(directory / "slow"), 2_000, built(directory))
    finally:
        del os.environ["LINLI_SHIM_SYNC_MS"]
    beside = f"2 000 readings/s beside it, {SLOW_MS} ms added to every sync"
    yield _figure("qr_relay_slow_disk_p99_ms", slow, beside)


def _figure(name: str, values: list[float], beside: str) -> Figure:
    return Figure(
        figure=name,
        value=percentile(values, 0.99),
        unit="ms",
        goal=10,
        op="<=",
        how=f"{len(values)} of {DOORS} codes; from the code's last byte on the wire to the relay's "
        f"bytes on the wire, by the simulator's clock; {beside}; median "
        f"{percentile(values, 0.5):.2f} ms",
    )


def _latencies(room: Room, per_s: int, preload: Path | None = None) -> list[float]:
    scenario = texts.scenario().replace('id = "gate"', 'id = "gate"\nbaud = 0')
    scenario = scenario.replace('id = "relay"', 'id = "relay"\nbaud = 0')
    scenario = scenario.replace("baud = 115200", "baud = 0")
    config = texts.config(pulse_ms=50, again_s=0.0)
    with room.world(scenario) as world, room.agent(config, preload=preload) as agent:
        room.wait_here(texts.READER, texts.RELAY)
        world.tell(do="silent", device=texts.SCALE)
        world.tell(do="flood", device=texts.MAKER, per_s=per_s, seconds=DOORS * EVERY_S + 10)
        time.sleep(3)
        values = [value for _ in range(DOORS) if (value := _door(world)) is not None]
        agent.stop()
    return values


def _door(world: World) -> float | None:
    """Milliseconds; None if the relay was never told."""
    since = len(world.truth)
    world.tell(do="show", device=texts.READER, code=texts.RESIDENT)
    told = world.wait_for(
        lambda line: line.get("device") == texts.RELAY and line.get("what") == "on", 3, since=since
    )
    said = world.wait_for(
        lambda line: line.get("truth") == "emitted" and line.get("device") == texts.READER,
        3,
        since=since,
    )
    time.sleep(EVERY_S)
    return None if told is None or said is None else (told["mono_ns"] - said["mono_ns"]) / 1e6
