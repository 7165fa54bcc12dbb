"""An old image of the card is put back: what is new since then must not pass for a duplicate."""

import shutil

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import Doors, account_by_content, both, connected, drained, granted
from cli.town import Town
from cli.world import Line, World

LIFE_S = 6.0


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    image = room.directory / "image"
    with room.world(texts.scenario()) as world:
        doors = Doors(world)
        _life(room, town, world, doors)
        shutil.copytree(room.state, image)
        later = _life(room, town, world, doors)
        shutil.rmtree(room.state)
        shutil.copytree(image, room.state)
        box = _life(room, town, world, doors)
    seen, status = account_by_content([*later, *box], town), town.status()
    told = [alarm["what"] for alarm in status["alarms"]]
    epochs = {line["epoch"] for line in box}
    return Finding(
        ok=not (seen.missing_urgent or seen.missing_bulk or seen.doubled)
        and granted(town) == doors.shown
        and "behind" in told
        and len(epochs) == 2,
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=seen.missing_urgent + max(0, doors.shown - granted(town)),
        duplicated=seen.doubled,
        more={
            "alarms": told,
            "epochs": sorted(epochs),
            "conflicts": status["conflicts"],
            "doors": doors.shown,
            "granted": granted(town),
        },
        how="the state directory is copied, the box lives on, the copy is put back and lives on; "
        "numbers come twice with other content: all codes that were shown in all three lives, and "
        "all records of both journals, are counted at the city",
    )


def _life(room: Room, town: Town, world: World, doors: Doors) -> list[Line]:
    """Some seconds of it, all of which arrive; what the box has on record then."""
    for device in (texts.MAKER, texts.SCALE):
        world.tell(do="speak", device=device)
    with room.agent(texts.config(more=town.tables())) as agent:
        room.wait_here(*texts.DEVICES)
        connected(room)
        doors.during(LIFE_S)
        box = drained(room, world)
        agent.stop()
    return box
