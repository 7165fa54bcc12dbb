"""What people do in a drill, and what the world says came of it."""

import time
from collections.abc import Iterable

from cli.drill.texts import READER, RELAY, RESIDENT, SCALE
from cli.world import Line, World

OPENS_S = 2.0
"""A door answers within two seconds (GB 50396-2007, 5.1.2); nothing is waited for longer."""

EMPTY_S = 4.0
"""A load counts only after an empty pan has settled: a second of equal frames (``settle``)."""


def opens(
    world: World, code: str = RESIDENT, *, reader: str = READER, seconds: float = OPENS_S
) -> float | None:
    """Show a code; seconds until the relay was told to close its contact, None if it never was."""
    since = len(world.truth)
    world.tell(do="show", device=reader, code=code)
    shown = _happens(world, reader, "shown", seconds, since)
    told = _happens(world, RELAY, "on", seconds, since)
    if shown is None or told is None:
        return None
    return float(told["mono_ns"] - shown["mono_ns"]) / 1e9


def _happens(world: World, device: str, what: str, seconds: float, since: int) -> Line | None:
    return world.wait_for(
        lambda line: line.get("device") == device and line.get("what") == what, seconds, since=since
    )


def rests(world: World, seconds: float, *, since: int = 0) -> bool:
    """Whether the relay was told to let go, after all it was told since."""
    return (
        world.wait_for(
            lambda line: line.get("device") == RELAY and line.get("what") == "off",
            seconds,
            since=since,
        )
        is not None
    )


def deposit(world: World, kg: float, hold_s: float = 2.5) -> float | None:
    """Lay something on the scale and take it away; what the indicator showed, None if refused."""
    time.sleep(EMPTY_S)
    since = len(world.truth)
    world.tell(do="load", device=SCALE, kg=kg, hold_s=hold_s)
    line = world.wait_for(
        lambda line: line.get("what") == "deposit" or "error" in line, hold_s + 15, since=since
    )
    return None if line is None or "error" in line else float(line["weight"])


def emitted(lines: Iterable[Line], device: str, *, intact: bool = True) -> list[Line]:
    """The frames of a device that left the wire as they were meant (or all of them)."""
    return [
        line
        for line in lines
        if line.get("truth") == "emitted"
        and line.get("device") == device
        and (line["intact"] or not intact)
    ]


def relay_is_off(world: World) -> bool:
    """By the last thing that the relay was told, channel 1."""
    told = [line for line in world.lines() if line.get("device") == RELAY and "state" in line]
    return not told or told[-1]["state"] == "off"
