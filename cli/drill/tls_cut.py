"""TLS is broken in every way: no byte goes in the clear, and nobody else is believed."""

import shutil
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
IMPOSTOR_S = 6.0  # a few attempts: the town's box tries again within two seconds
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
        refused = _impostors(room, town, doors)
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
        ok=verdict(town, seen, doors, also=begun and back and all(refused.values()) and not clear),
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "connections": len(lines),
            "in_the_clear": len(clear),
            "impostors_refused": refused,
            "back_s": round(back_s, 1),
            "doors": doors.shown,
            "slowest_door_s": round(doors.slowest_s, 3),
        },
        how="twenty cuts in handshakes and traffic on a line of 20 kbit/s, a freeze, then at the "
        "same address a broker without TLS, one of another authority, one with a certificate of "
        "another host, one whose certificate has ended; every connection of the box must begin "
        "with a TLS record, each of the four is tried twice or more and none is believed",
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


def _impostors(room: Room, town: Town, doors: Doors) -> dict[str, str]:
    """What the box says of each that is not its platform; "" if it believes it."""
    directory = room.directory / "impostor"
    directory.mkdir()
    assert town.broker.authority is not None  # noqa: S101  # the plan is one with TLS
    ours = town.broker.authority
    said = {"plain": _tried(room, town, doors, town.broker.port)}
    with Broker(directory, (GATEWAY,), tls=True) as stranger:
        port = _port(stranger.tls_url)
        said["stranger"] = _tried(room, town, doors, port)
        for name, papers in (
            ("elsewhere", ours.server("elsewhere", elsewhere=True)),
            ("ended", ours.server("ended", ended=True)),
        ):
            stranger.stop()
            for file, suffix in zip(papers, ("pem", "key"), strict=True):
                shutil.copy(file, directory / f"server.{suffix}")
            stranger.start()
            said[name] = _tried(room, town, doors, port)
        if GATEWAY in stranger.log.read_text(errors="replace"):
            said["heard its name"] = ""
    return said


def _tried(room: Room, town: Town, doors: Doors, port: int) -> str:
    before = len(town.proxy.seen())
    town.proxy.aim(port)
    doors.during(IMPOSTOR_S)
    sync = room.status()["sync"]
    tried = len(town.proxy.seen()) - before
    return "" if sync["up"] or tried < 2 else str(sync["reason"])


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])
