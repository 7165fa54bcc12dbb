"""What a box costs that has ten devices configured, none of them talking, and its platform."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from cli.bench.figure import Figure
from cli.bench.proc import cpu_s, rss_mb
from cli.drill.room import Room
from cli.net.mosquitto import program
from cli.town import Town

FIGURES = ("idle_rss_mb", "idle_cpu_pct")
SETTLE_S, SECONDS = 10.0, 60.0


def measure(directory: Path) -> Iterator[Figure]:
    room = Room(directory)
    with ExitStack() as stack:
        sync, beside = "", "without a platform: there is no mosquitto"
        if program() is not None:
            town = stack.enter_context(Town(directory / "town", "bench-box"))
            sync, beside = town.tables(), "connected to its platform, a command key read"
        stack.enter_context(room.world(_scenario()))
        agent = stack.enter_context(room.agent(_config() + sync))
        time.sleep(SETTLE_S)
        began = cpu_s(agent.pid)
        time.sleep(SECONDS)
        used, rss = cpu_s(agent.pid) - began, rss_mb(agent.pid)
        agent.stop()
    how = f"ten devices on five open wires, all silent; {beside}; {SECONDS:.0f} s after "
    how += f"{SETTLE_S:.0f} s"
    yield Figure(figure="idle_rss_mb", value=rss, unit="MB", goal=60, op="<=", how=how)
    yield Figure(
        figure="idle_cpu_pct", value=100 * used / SECONDS, unit="%", goal=0.5, op="<=", how=how
    )


def _scenario() -> str:
    buses = "".join(f'[[bus]]\nid = "bus-{n}"\n' for n in range(5))
    return f"[world]\nseed = 1\n{buses}"


def _config() -> str:
    buses = "".join(f'[[bus]]\nid = "bus-{n}"\nport = "${{LINLI_RUN}}/bus-{n}"\n' for n in range(5))
    devices = "".join(
        f'[[device]]\nid = "noise-{n}"\ndriver = "noise-485"\nbus = "bus-{n % 5}"\n'
        f"address = {n + 1}\n"
        for n in range(10)
    )
    return f"""
schema_version = 1
[site]
gateway = "bench-box"
[store]
dir = "${{LINLI_STATE}}"
[health]
socket = "${{LINLI_STATE}}/agent.sock"
{buses}{devices}"""
