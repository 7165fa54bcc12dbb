"""The bulk budget overflows in the first of two outages: one gap, on record, and no more."""

from cli.drill import texts
from cli.drill.backlog import stored
from cli.drill.room import Finding, Room
from cli.drill.uplink import Doors, account, both, connected, drain, granted
from cli.town import Town
from cli.world import Line, World, until

BUDGET = 1024 * 1024  # the least that the configuration allows
READINGS = 400_000  # some two budgets of a flood's readings
FILL_S = 60.0


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    store = f"bulk_bytes = {BUDGET}\nreserve_bytes = {BUDGET}"
    config = texts.config(store=store, more=town.tables(more="most_s = 3.0\n"))
    scenario = texts.scenario().replace("baud = 115200", "baud = 0")
    with room.world(scenario) as world, room.agent(config) as agent:
        room.wait_here(*texts.DEVICES)
        connected(room)
        doors = Doors(world)
        _outage(room, town, world, READINGS)
        doors.during(3)
        arrived = _back(room, town, world)
        gaps = _gaps(town)
        _outage(room, town, world, 5_000)
        doors.during(3)
        arrived = _back(room, town, world) and arrived
        given, again = _captured(room), _gaps(town)
        with town.look() as look:
            there = look.count("bulk", town.gateway)
        urgent = room.records("--stream", "urgent")
        agent.stop()
    return _finding(town, urgent, doors, (gaps, again, there, given), arrived=arrived)


def _outage(room: Room, town: Town, world: World, readings: int) -> None:
    town.proxy.refuse()
    before = stored(room)
    world.tell(do="speak", device=texts.MAKER)
    world.tell(do="flood", device=texts.MAKER, per_s=40_000, seconds=FILL_S)
    until(lambda: stored(room) - before >= readings, FILL_S, 0.1)
    world.tell(do="flood", device=texts.MAKER, per_s=1, seconds=0.1)


def _back(room: Room, town: Town, world: World) -> bool:
    town.proxy.restore()
    return connected(room, 60) and drain(room, world)


def _captured(room: Room) -> int:
    """Readings handed to the journal, stored or given up."""
    bulk = [each for each in room.status()["journal"]["streams"] if each["name"] == "bulk"]
    return sum(each["captured"] - each["open"] for each in bulk)


def _gaps(town: Town) -> list[Line]:
    with town.look() as look:
        return [line for line in look.records("urgent") if line["type"] == "gap"]


def _finding(
    town: Town,
    urgent: list[Line],
    doors: Doors,
    counted: tuple[list[Line], list[Line], int, int],
    *,
    arrived: bool,
) -> Finding:
    gaps, again, there, given = counted
    seen, status = account(urgent, town, bulk=False), town.status()
    named = sum(gap["last"] - gap["first"] + 1 for gap in again)
    with town.look() as look:
        holes = len(look.holes())
    return Finding(
        ok=arrived
        and 0 < len(gaps) == len(again)
        and there + named == given
        and holes == 0
        and not seen.missing_urgent
        and not seen.doubled
        and granted(town) == doors.shown
        and not any(alarm["what"] == "gap" for alarm in status["alarms"]),
        sent=given + seen.sent,
        arrived=there + seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "gap_records": len(again),
            "named_by_gaps": named,
            "bulk_there": there,
            "bulk_given": given,
            "holes": holes,
            "doors": doors.shown,
        },
        how="1 MiB for readings, which overflows in the first outage and not in the second; every "
        "number is at the city or named by a gap record that is at the city, and the second outage "
        "adds none",
    )
