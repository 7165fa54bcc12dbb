"""Two boxes with one card: both are heard, and a person is told."""

import shutil
import time
from functools import partial

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import SEAL_S, Doors, account_by_content, both, connected, granted, pending
from cli.town import Town
from cli.world import Line, World, until

TURNS = 3
TURN_S = 8.0


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    """They take turns on the line, as two boxes do whose broker knows one name: who comes throws
    the other one out."""
    (room.directory / "twin").mkdir()
    twin = Room(room.directory / "twin")
    config = texts.config(more=town.tables(more="most_s = 5.0\n"))
    with room.world(texts.scenario()) as world, twin.world(texts.scenario()) as other:
        doors = [Doors(world), Doors(other)]
        with room.agent(config) as agent:
            room.wait_here(*texts.DEVICES)
            connected(room)
            doors[0].during(5)
            agent.stop()
        shutil.rmtree(twin.state)
        shutil.copytree(room.state, twin.state)
        with room.agent(config) as one, twin.agent(config) as two:
            room.wait_here(*texts.DEVICES)
            twin.wait_here(*texts.DEVICES)
            for _ in range(TURNS):
                for each in doors:
                    each.during(TURN_S / 4, 1.0)
            _silence(world, other)
            arrived = _both_arrive(room, twin)
            boxes = [room.records(), twin.records()]
            one.stop()
            two.stop()
    return _finding(town, boxes, doors, arrived=arrived)


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
        how="a box's state directory is copied to a second box of the same name; both live at the "
        "same time, each with doors of its own, and throw each other out of the broker; all codes "
        "shown at both and all records of both journals are counted at the city",
    )
