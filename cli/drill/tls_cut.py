"""TLS is broken in every way: no byte goes in the clear, and nobody else is believed."""

import time

from cli.broker import Broker
from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import (
    GATEWAY,
    Doors,
    account,
    both,
    connected,
    drained,
    granted,
    verdict,
)
from cli.town import Plan, Town

CUTS, CUT_EVERY_S = 20, 0.4
IMPOSTOR_S = 10.0
SLOW_BITS = 20_000  # a handshake of some 4 KB takes seconds, and is cut in the middle


def drill(room: Room) -> Finding:
    return both(room, _story, Plan(tls=True))


def _story(room: Room, town: Town) -> Finding:
    config = texts.config(more=town.tables(more="most_s = 2.0\nfirst_s = 0.5\n"))
    with room.world(texts.scenario()) as world, room.agent(config) as agent:
        room.wait_here(*texts.DEVICES)
        begun = connected(room)
        doors = Doors(world)
        _cut(town, doors)
        fooled = _impostors(room, town, doors)
        began = time.monotonic()
        town.proxy.aim(_port(town.broker.tls_url))
        back = connected(room, 60)
        back_s = time.monotonic() - began
        box = drained(room, world)
        agent.stop()
    seen, lines = account(box, town), town.proxy.seen()
    spoken = [line for line in lines if line.up.first]
    clear = [line for line in spoken if not line.encrypted or GATEWAY.encode() in line.up.first]
    return Finding(
        ok=verdict(town, seen, doors, also=begun and back and not fooled and not clear),
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "connections": len(lines),
            "in_the_clear": len(clear),
            "impostors_believed": fooled,
            "back_s": round(back_s, 1),
            "doors": doors.shown,
            "slowest_door_s": round(doors.slowest_s, 3),
        },
        how="twenty cuts in handshakes and traffic on a line of 20 kbit/s, a freeze, then a broker "
        "without TLS and one of another authority at the same address; every connection of the box "
        "must begin with a TLS record, and neither may be believed",
    )


def _cut(town: Town, doors: Doors) -> None:
    town.proxy.limit(SLOW_BITS)
    for turn in range(CUTS):
        town.proxy.cut()
        time.sleep(CUT_EVERY_S)
        if turn % 4 == 0:
            doors.open()
    town.proxy.freeze()
    doors.during(3.0)
    town.proxy.restore()
    town.proxy.limit(None)


def _impostors(room: Room, town: Town, doors: Doors) -> list[str]:
    """The names of those that the box took for its platform."""
    (room.directory / "impostor").mkdir()
    with Broker(room.directory / "impostor", (GATEWAY,), tls=True) as stranger:
        fooled = []
        for name, port in (("plain", town.broker.port), ("stranger", _port(stranger.tls_url))):
            town.proxy.aim(port)
            doors.during(IMPOSTOR_S)
            if room.status()["sync"]["up"]:
                fooled.append(name)
        if GATEWAY in stranger.log.read_text(errors="replace"):
            fooled.append("stranger heard its name")
    return fooled


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])
