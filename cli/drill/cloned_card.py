"""Two boxes with one card: both are heard, and a person is told."""

import shutil
import time
from functools import partial

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import SEAL_S, Doors, account_by_content, both, connected, granted, pending
from cli.town import Town
from cli.world import Line, World, until

BACKLOG_PER_S, BACKLOG_S = 1500, 8.0
SLOW_BITS = 600_000
"""A backlog of so many readings takes seconds: the one is thrown out while the other's numbers, the
same ones, are on their way and their acknowledgements come back."""
DOORS_S = 8.0


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    """They take turns on the line, as two boxes do whose broker knows one name: who comes throws
    the other one out."""
    (room.directory / "twin").mkdir()
    twin = Room(room.directory / "twin")
    config = texts.config(more=town.tables(more="first_s = 0.5\nmost_s = 2.0\n"))
    scenario = texts.scenario().replace("baud = 115200", "baud = 0")
    with room.world(scenario) as world, twin.world(scenario) as other:
        doors = [Doors(world), Doors(other)]
        with room.agent(config) as agent:
            room.wait_here(*texts.DEVICES)
            connected(room)
            doors[0].during(5)
            agent.stop()
        shutil.rmtree(twin.state)
        shutil.copytree(room.state, twin.state)
        town.proxy.refuse()
        with room.agent(config) as one, twin.agent(config) as two:
            room.wait_here(*texts.DEVICES)
            twin.wait_here(*texts.DEVICES)
            _meet(town, doors, world, other)
            arrived = _both_arrive(room, twin)
            boxes = [room.records(), twin.records()]
            one.stop()
            two.stop()
    return _finding(town, boxes, doors, arrived=arrived)


def _meet(town: Town, doors: list[Doors], *worlds: World) -> None:
    """Both have the same numbers to tell when the line comes back."""
    for world in worlds:
        world.tell(do="flood", device=texts.MAKER, per_s=BACKLOG_PER_S, seconds=BACKLOG_S)
    time.sleep(BACKLOG_S)
    town.proxy.limit(SLOW_BITS)
    town.proxy.restore()
    for each in doors * 2:
        each.during(DOORS_S / 2, 1.0)
    town.proxy.limit(None)
    _silence(*worlds)


def _silence(*worlds: World) -> None:
    for world in worlds:
        for device in (texts.MAKER, texts.SCALE):
            world.tell(do="silent", device=device)
    time.sleep(SEAL_S + 1)


def _both_arrive(*rooms: Room) -> bool:
    """Each throws the other out, so they are never empty for long at the same moment."""
    return all(until(partial(_is_empty, room), 60, 0.05) for room in rooms)


def _is_empty(room: Room) -> bool:
    return pending(room) == 0


def _finding(town: Town, boxes: list[list[Line]], doors: list[Doors], *, arrived: bool) -> Finding:
    seen, status = account_by_content([line for box in boxes for line in box], town), town.status()
    told = [alarm["what"] for alarm in status["alarms"]]
    shown = sum(each.shown for each in doors)
    epochs = [sorted({line["epoch"] for line in box}) for box in boxes]
    return Finding(
        ok=arrived
        and not (seen.missing_urgent or seen.missing_bulk or seen.doubled)
        and granted(town) == shown
        and "cloned" in told
        and [len(each) for each in epochs] == [2, 2]
        and epochs[0][-1] != epochs[1][-1],
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + max(0, shown - granted(town)),
        duplicated=seen.doubled,
        more={
            "alarms": told,
            "epochs": epochs,
            "conflicts": status["conflicts"],
            "doors": shown,
            "granted": granted(town),
            "missing_bulk": seen.missing_bulk,
        },
        how="a box's state directory is copied to a second box of the same name; both gather a "
        "backlog under the same numbers, then throw each other out of the broker again and again "
        "on a line of 600 kbit/s; all codes shown at both and all records of both journals are "
        "counted at the city; each begins one new epoch and no more",
    )
