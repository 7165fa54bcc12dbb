"""A drill that needs no city, with one attached: what the box stored must be there afterwards."""

from collections.abc import Callable
from dataclasses import replace

from cli.drill.room import Finding, Room
from cli.drill.uplink import GATEWAY, Account, account, pending
from cli.net.mosquitto import program
from cli.town import Town
from cli.world import until

SETTLE_S = 60.0


def attached(room: Room, drill: Callable[[Room], Finding]) -> Finding:
    """The drill's own finding, and what came of it at the city."""
    if program() is None:
        found = drill(room)
        return replace(found, more={**found.more, "city": {"skipped": "no mosquitto"}})
    with Town(room.directory / "town", GATEWAY) as town:
        seen: list[Account] = []
        room.uplink = town.tables()
        room.settle = lambda: seen.append(_settled(room, town))
        found = drill(room)
        if not seen:
            room.settle()
    return _with(found, seen[0])


def _settled(room: Room, town: Town) -> Account:
    """The drill's last agent once more, with nobody to talk to, until the city has everything."""
    if room.last is None:
        raise RuntimeError("the drill had no agent")
    config, module = room.last
    with room.agent(config, module=module) as agent:
        until(lambda: pending(room) == 0, SETTLE_S, 0.1)
        box = room.records()
        agent.stop()
    return account(box, town)


def _with(found: Finding, seen: Account) -> Finding:
    city = {
        "stored": seen.sent,
        "arrived": seen.arrived,
        "missing_urgent": seen.missing_urgent,
        "missing_bulk": seen.missing_bulk,
        "doubled": seen.doubled,
    }
    whole = not (seen.missing_urgent or seen.missing_bulk or seen.doubled)
    return replace(
        found,
        ok=found.ok and whole,
        lost_urgent=found.lost_urgent + seen.missing_urgent,
        duplicated=found.duplicated + seen.doubled,
        more={**found.more, "city": city},
    )
