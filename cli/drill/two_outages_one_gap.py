"""The bulk budget overflows in the first of two outages: one gap, on record, and no more."""

from dataclasses import dataclass
from itertools import pairwise

from cli.drill import texts
from cli.drill.backlog import stored
from cli.drill.ear import Ear
from cli.drill.room import Finding, Room
from cli.drill.uplink import Doors, account, both, connected, drain, granted
from cli.town import Town
from cli.world import Line, World, until

BUDGET = 1024 * 1024  # the least that the configuration allows
READINGS = 400_000  # some two budgets of a flood's readings
FEW = 5_000
PER_S = 15_000  # what the disk of a small machine takes: the budget shall overflow and nothing else
FILL_S = 60.0


@dataclass(frozen=True, slots=True)
class Counted:
    """After each outage: gap records at the city, and requests for a replay since the line came
    back.  In the end: readings at the city, and those that the box gave a number."""

    gaps: list[list[Line]]
    asked: list[int]
    there: int
    given: int

    @property
    def named(self) -> set[tuple[int, int]]:
        return {(gap["first"], gap["last"]) for gap in self.gaps[-1]}


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    store = f"bulk_bytes = {BUDGET}\nreserve_bytes = {BUDGET}"
    config = texts.config(store=store, more=town.tables(more="most_s = 3.0\n"))
    scenario = texts.scenario().replace("baud = 115200", "baud = 0")
    with (
        room.world(scenario) as world,
        Ear(town, "down/replay") as ear,
        room.agent(config) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        connected(room)
        doors = Doors(world)
        arrived, asked, gaps = True, list[int](), list[list[Line]]()
        for readings in (READINGS, FEW):
            heard = len(ear.heard)
            _outage(room, town, world, readings)
            doors.during(3)
            arrived = _back(room, town, world) and arrived
            asked.append(len(ear.heard) - heard)
            gaps.append(_gaps(town))
        counted = Counted(gaps, asked, _at_city(town), _captured(room))
        urgent = room.records("--stream", "urgent")
        agent.stop()
    return _finding(town, urgent, doors, counted, arrived=arrived)


def _outage(room: Room, town: Town, world: World, readings: int) -> None:
    town.proxy.refuse()
    before = stored(room)
    world.tell(do="speak", device=texts.MAKER)
    world.tell(do="flood", device=texts.MAKER, per_s=PER_S, seconds=FILL_S)
    until(lambda: stored(room) - before >= readings, FILL_S, 0.1)
    world.tell(do="flood", device=texts.MAKER, per_s=1, seconds=0.1)


def _back(room: Room, town: Town, world: World) -> bool:
    town.proxy.restore()
    return connected(room, 60) and drain(room, world)


def _captured(room: Room) -> int:
    """Readings handed to the journal, stored or given up."""
    bulk = [each for each in room.status()["journal"]["streams"] if each["name"] == "bulk"]
    return sum(each["captured"] - each["open"] for each in bulk)


def _at_city(town: Town) -> int:
    with town.look() as look:
        return look.count("bulk", town.gateway)


def _gaps(town: Town) -> list[Line]:
    with town.look() as look:
        return [line for line in look.records("urgent") if line["type"] == "gap"]


def _finding(
    town: Town, urgent: list[Line], doors: Doors, counted: Counted, *, arrived: bool
) -> Finding:
    first, last = map(len, counted.gaps)
    seen, status = account(urgent, town, bulk=False), town.status()
    spans = sorted(counted.named)
    named = sum(high - low + 1 for low, high in spans)
    with town.look() as look:
        holes = len(look.holes())
    return Finding(
        ok=arrived
        and 0 < first == last == len(spans)
        and counted.there + named == counted.given
        and all(one[1] + 1 == other[0] for one, other in pairwise(spans))
        and {gap["reason"] for gap in counted.gaps[-1]} == {"budget"}
        and holes == 0
        and counted.asked[-1] == 0
        and not seen.missing_urgent
        and not seen.doubled
        and granted(town) == doors.shown
        and not status["alarms"],
        sent=counted.given + seen.sent,
        arrived=counted.there + seen.arrived,
        lost_urgent=seen.missing_urgent + doors.shown - granted(town),
        duplicated=seen.doubled,
        more={
            "gap_records": last,
            "named_by_gaps": named,
            "one_gap": spans and [spans[0][0], spans[-1][1]],
            "replays_asked": counted.asked,
            "bulk_there": counted.there,
            "bulk_given": counted.given,
            "holes": holes,
            "doors": doors.shown,
        },
        how="1 MiB for readings, which overflows in the first outage and not in the second; every "
        "number is at the city or named by a gap record that is at the city; what they name is one "
        "span; the second outage adds none, and no replay is asked for afterwards",
    )
