"""What the drills on the way to the city have in common.

Each is done twice, with MQTT 5 and 3.1.1, against a real mosquitto.  What was sent comes from the
world's truth and from what the box says it stored; what arrived is counted in the city's database.
"""

import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

from cli.drill import texts
from cli.drill.acts import opens
from cli.drill.room import Cannot, Finding, Room, longest_silence_s
from cli.net.mosquitto import program
from cli.town import Plan, Town
from cli.world import Line, World, until

GATEWAY = "drill-box"
VERSIONS = ("5", "3.1.1")
SEAL_S = 2.0
"""``seal_s`` of ``texts.config``: what a power cut or a SIGKILL may cost."""
DRAIN_S = 60.0
SLOWEST_DOOR_S = 1.0
HEALTHY_S = 11.0  # ``healthy_s`` of the town is 10: a line that was good is tried again at once
PLAN = Plan()

Story = Callable[[Room, Town], Finding]


def both(room: Room, story: Story, plan: Plan = PLAN) -> Finding:
    """The story with each version of MQTT, told as one finding.  Cannot without a mosquitto."""
    if program() is None:
        raise Cannot("there is no mosquitto here: apt-get install mosquitto 需要 mosquitto")
    found = {version: _once(room, story, plan, version) for version in VERSIONS}
    return _together(found)


def _once(room: Room, story: Story, plan: Plan, version: str) -> Finding:
    own = Room(_made(room.directory / f"mqtt-{version}"))
    chosen = Plan(protocol=version, tls=plan.tls, module=plan.module, catchup_rps=plan.catchup_rps)
    with Town(own.directory / "town", GATEWAY, chosen) as town:
        return story(own, town)


def _together(found: dict[str, Finding]) -> Finding:
    each = list(found.values())
    more: dict[str, object] = {version: dict(one.more) for version, one in found.items()}
    return Finding(
        ok=all(one.ok for one in each),
        sent=sum(one.sent for one in each),
        arrived=sum(one.arrived for one in each),
        lost_urgent=sum(one.lost_urgent for one in each),
        lost_bulk_s=max(one.lost_bulk_s for one in each),
        bound_s=max(one.bound_s for one in each),
        duplicated=sum(one.duplicated for one in each),
        more={"mqtt": more},
        how=each[0].how,
    )


def _made(path: Path) -> Path:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path


@dataclass(frozen=True, slots=True)
class Account:
    """The box's journal beside the city's database, after a drain.

    ``sent``: records that the box stored; ``arrived``: those of them that the city has.  A record
    that a gap record names is not missing.  ``doubled``: rows too many, by number or by what was
    measured (same device, quantity, boot and moment).
    """

    sent: int
    arrived: int
    missing_urgent: int
    missing_bulk: int
    doubled: int
    holes: int

    @property
    def whole(self) -> bool:
        return not (self.missing_urgent or self.missing_bulk or self.doubled or self.holes)


def account(box: Iterable[Line], town: Town, *, bulk: bool = True) -> Account:
    kept = [(line["stream"], line["epoch"], line["seq"]) for line in box]
    with town.look() as look:
        there = Counter((s, e, n) for _, s, e, n, _ in look.identities(town.gateway))
        records = look.records("bulk") if bulk else iter(())
        city = [line for line in records if line["gateway"] == town.gateway]
        holes, doubled = len(look.holes()), look.duplicates()
    missing = Counter(key[0] for key in set(kept) if key not in there)
    return Account(
        sent=len(set(kept)),
        arrived=len(set(kept)) - missing.total(),
        missing_urgent=missing["urgent"],
        missing_bulk=missing["bulk"],
        doubled=doubled + sum(n - 1 for n in there.values()) + twice_measured(city),
        holes=holes,
    )


def account_by_content(boxes: Iterable[Line], town: Town) -> Account:
    """For cards that were copied: one number may stand for two contents, so the boot and the moment
    of a record belong to its name."""
    kept = {_content(line) for line in boxes}
    there = Counter(_content(line) for line in town.records() if line["gateway"] == town.gateway)
    missing = Counter(str(key[0]) for key in kept if key not in there)
    return Account(
        sent=len(kept),
        arrived=len(kept) - missing.total(),
        missing_urgent=missing["urgent"],
        missing_bulk=missing["bulk"],
        doubled=sum(n - 1 for n in there.values()),
        holes=0,
    )


def _content(line: Line) -> tuple[object, ...]:
    return tuple(line.get(name) for name in ("stream", "epoch", "seq", "boot", "mono_ns"))


def account_of_many(room: Room, town: Town, stored: int) -> Account:
    """The same for a million readings of one run: they are counted, ``stored`` by the box, urgent
    records are compared one by one."""
    urgent = account(room.records("--stream", "urgent"), town, bulk=False)
    with town.look() as look:
        there = look.count("bulk", town.gateway)
    return replace(
        urgent,
        sent=urgent.sent + stored,
        arrived=urgent.arrived + there,
        missing_bulk=max(0, stored - there),
        doubled=urgent.doubled + max(0, there - stored),
    )


ONE_READ = 4  # records between two frames of one read, at most


def twice_measured(readings: Iterable[Line]) -> int:
    """The same measurement under two numbers.

    A flood has several in a millisecond, so the value counts as well.  Frames that came in one read
    have one time and, on a scale at rest, one value: these follow each other, with nothing else of
    that device and time between them, and a block that was told a second time does not.
    """
    names = ("boot", "mono_ns", "device", "quantity")
    at_once = defaultdict[tuple[object, ...], list[tuple[int, object]]](list)
    for line in readings:
        told = (int(line["seq"]), line.get("value"))
        at_once[tuple(line.get(name) for name in names)].append(told)
    return sum(_again(sorted(told, key=itemgetter(0))) for told in at_once.values())


def _again(told: Sequence[tuple[int, object]]) -> int:
    """Values that were there before, and not just now."""
    seen = Counter(value for _, value in told)
    in_one_read = sum(
        one[1] == other[1] and other[0] - one[0] <= ONE_READ for one, other in pairwise(told)
    )
    return seen.total() - len(seen) - in_one_read


def connected(room: Room, seconds: float = 30.0) -> bool:
    return until(lambda: bool(room.status().get("sync", {}).get("up")), seconds, 0.1)


def pending(room: Room) -> int | None:
    """Records that the box has and the city has not acknowledged; None if nobody answers."""
    streams = room.status().get("journal", {}).get("streams")
    return None if streams is None else sum(each["pending"] + each["open"] for each in streams)


def drain(room: Room, world: World, seconds: float = DRAIN_S) -> bool:
    """Silence the world and let everything arrive; whether it did."""
    for device in (texts.MAKER, texts.SCALE):
        world.tell(do="silent", device=device)
    time.sleep(SEAL_S + 1)
    return until(lambda: pending(room) == 0, seconds, 0.1)


def drained(room: Room, world: World, seconds: float = DRAIN_S) -> list[Line]:
    """What the box has on record after a drain."""
    drain(room, world, seconds)
    return room.records()


class Doors:
    """Codes shown at the gate while something else goes on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.took_s: list[float | None] = []

    def open(self) -> None:
        self.took_s.append(opens(self._world))

    def during(self, seconds: float, every_s: float = 1.0) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.open()
            time.sleep(max(0.0, min(every_s, ends - time.monotonic())))

    @property
    def shown(self) -> int:
        return len(self.took_s)

    @property
    def slowest_s(self) -> float:
        return max((99.0 if took is None else took for took in self.took_s), default=0.0)


def verdict(town: Town, seen: Account, doors: Doors, *, also: bool = True) -> bool:
    """What every drill on the way to the city promises; ``also``: what this one does."""
    return seen.whole and doors.slowest_s < SLOWEST_DOOR_S and granted(town) == doors.shown and also


def granted(town: Town) -> int:
    return len(town.events("access_granted"))


def silence_s(town: Town, device: str = texts.MAKER) -> float:
    """The longest span of one device's readings at the city."""
    with town.look() as look:
        return longest_silence_s(
            line for line in look.records("bulk") if line.get("device") == device
        )


def emitted_count(lines: Sequence[Line], device: str = texts.MAKER) -> int:
    return sum(
        1
        for line in lines
        if line.get("truth") == "emitted" and line.get("device") == device and line["intact"]
    )
