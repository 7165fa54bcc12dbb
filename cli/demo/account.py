"""The summary: the box's counts, the city's, and the world's truth beside each other.

``captured`` = ``stored`` + ``gapped``; ``lost`` is what was stored and neither reached the city nor
is named in a gap record.  Each scene is told as the world saw it and as the city has it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.demo.cameras import DOOR, WEST
from cli.demo.community import Community
from cli.demo.passages import vehicles
from cli.demo.scenes import EAST, FLAT, GATE, LOCKER, LONG_S, MODEM, READER, RESIDENT, Story
from cli.drill.room import events
from cli.drill.uplink import Account, account
from cli.world import Line

RESIDENTS = ("LINLI-DEMO-RESIDENT-1", RESIDENT)
MOST_KINDS = 20
NEVER_STORED = ("memory", "overrun", "unwritable")
"""Reasons of gaps whose records were never stored (docs/journal.md); ``gapped`` counts them."""

Summary = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The agent's status, its journal and what the city has of it, all of one quiet moment."""

    status: Line
    box: Sequence[Line]
    city: Sequence[Line]

    @property
    def captured(self) -> int:
        return sum(each["captured"] for each in self.status["journal"]["streams"])

    @property
    def waiting(self) -> int:
        """Records without an acknowledgement, or not even stored."""
        streams = self.status["journal"]["streams"]
        return sum(each["pending"] + each["open"] for each in streams)


def summary(place: Community, story: Story, moment: Moment, seconds: float) -> Summary:
    """Of a run of so many seconds."""
    status, city = moment.status, moment.city
    seen, told = account(moment.box, place.town), _counts(moment)
    scenes = {**_doors(place.world.lines(), city), **_rest(place.world.lines(), city)}
    passed = vehicles(place.world.lines(), city, place.since_ns)
    commands = _commands(city)
    devices = {line["device"] for line in city if "device" in line}
    kinds = len({place.devices[device] for device in devices & place.devices.keys()})
    return {
        "ok": told["lost"] == 0
        and told["captured"] == told["stored"] + told["gapped"]
        and seen.whole
        and kinds >= MOST_KINDS
        and story.doors == story.opened
        and _as_told(scenes)
        and passed["missed"] == passed["doubled"] == 0
        and (passed["passed"] > 0 or seconds < LONG_S)
        and _as_ordered(commands, story)
        and (story.whole or seconds < LONG_S),
        **told,
        "duplicated": seen.doubled,
        "device_kinds": kinds,
        "outages": story.outages,
        "commands": commands,
        **scenes,
        "vehicles": passed,
        **_way(place, story, seen, status),
    }


def _counts(moment: Moment) -> dict[str, int]:
    """``acked``: what the journal knows to be acknowledged, by whichever of several sendings."""
    city, streams = moment.city, moment.status["journal"]["streams"]
    total = {
        name: sum(stream[name] for stream in streams) for name in ("captured", "stored", "gapped")
    }
    rows = sum(1 for line in city if line["type"] != "gap")
    given_up = sum(
        line["last"] - line["first"] + 1
        for line in city
        if line["type"] == "gap" and line["reason"] not in NEVER_STORED
    )
    return {
        **total,
        "sent": sum(lane["sent"] for lane in moment.status["sync"]["lanes"]),
        "acked": total["captured"] - total["gapped"] - moment.waiting,
        "city_rows": rows,
        "lost": total["stored"] - rows - given_up,
    }


def _doors(truth: Sequence[Line], city: Sequence[Line]) -> Summary:
    """A code that is shown is scanned; a resident's opens; each opening moves the relay."""
    at = ((READER, "shown"), (DOOR, "shown"))
    shown = [line["code"] for line in truth if _of(line) in at]
    gates = EAST, WEST
    moved = [line for line in truth if _of(line) == (GATE, "on") and line["channel"] in gates]
    by_command = [line for line in _ends(city, "command_done") if line["device"] == GATE]
    granted = len(events(city, "access_granted"))
    return {
        "codes": {"shown": len(shown), "scanned": len(events(city, "code_scanned"))},
        "doors": {"residents": sum(code in RESIDENTS for code in shown), "granted": granted},
        "strangers": {
            "shown": sum(code not in RESIDENTS for code in shown),
            "denied": len(events(city, "access_denied")),
        },
        "gate": {"relay_moved": len(moved), "told_to": granted + len(by_command)},
    }


def _rest(truth: Sequence[Line], city: Sequence[Line]) -> Summary:
    lifted = _weights((line, line["weight"]) for line in truth if line.get("what") == "deposit")
    weighed = _weights((line, line["data"]["weight"]) for line in events(city, "weighing"))
    opened = [line for line in truth if _of(line) == (LOCKER, "lock_opened")]
    done = [line for line in _ends(city, "command_done") if line["device"] == LOCKER]
    return {
        "deposits": {
            "lifted": lifted.total(),
            "weighed": weighed.total(),
            "otherwise": (lifted - weighed).total() + (weighed - lifted).total(),
        },
        "lockers": {"opened": len(opened), "told_to": len(done)},
        "flats": {
            "unlocked": sum(_of(line) == (FLAT, "unlock") for line in truth),
            "told_to": _done(city, FLAT),
        },
        "messages": {
            "arrived": sum(_of(line) == (MODEM, "sms") for line in truth),
            "told_to": _done(city, MODEM),
        },
    }


def _done(city: Sequence[Line], device: str) -> int:
    return sum(line["device"] == device for line in _ends(city, "command_done"))


def _weights(pairs: Iterable[tuple[Line, float]]) -> Counter[tuple[str, float]]:
    return Counter((line["device"], round(weight, 3)) for line, weight in pairs)


def _of(line: Line) -> tuple[object, object]:
    return line.get("device"), line.get("what")


def _ends(city: Sequence[Line], kind: str) -> list[Line]:
    """Of the platform's commands: the box's own ones have another id."""
    return [line for line in events(city, kind) if str(line["data"]["id"]).startswith("c-")]


def _as_told(scenes: Summary) -> bool:
    """In each pair what the world saw is what the city has."""
    pairs = [[n for name, n in of.items() if name != "otherwise"] for of in scenes.values()]
    return all(a == b for a, b in pairs) and scenes["deposits"]["otherwise"] == 0


def _commands(city: Sequence[Line]) -> Summary:
    """Of the platform, or said to be."""
    failed = Counter(line["data"]["reason"] for line in _ends(city, "command_failed"))
    rejected = Counter(line["data"]["reason"] for line in events(city, "command_rejected"))
    done = len(_ends(city, "command_done"))
    return {"done": done, "failed": dict(failed), "rejected": dict(rejected)}


def _as_ordered(commands: Mapping[str, Any], story: Story) -> bool:
    return bool(
        commands["done"] == story.done.total()
        and commands["failed"] == dict(story.failed)
        and commands["rejected"] == dict(story.rejected)
    )


def _way(place: Community, story: Story, seen: Account, status: Line) -> Summary:
    town, lanes = place.town, status["sync"]["lanes"]
    return {
        "doors_in_outages": {
            "shown": story.doors,
            "opened": story.opened,
            "slowest_s": round(story.slowest_s, 3),
        },
        "first_data_s": story.first_data_s,
        "largest_backlog": story.backlog,
        "resent": sum(lane["resent"] for lane in lanes),
        "came_twice": town.status()["duplicates"],
        "holes": seen.holes,
        "connects": status["sync"]["connects"],
        "broker": town.broker.kind,
        "mqtt": town.protocol,
    }
