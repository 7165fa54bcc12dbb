"""Vehicles on a simulated lane, from the frames of a camera to the events of its eye."""

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import mean
from typing import ClassVar

from cli.bench.eyes.child import Row, ask, run, side_by_side
from cli.bench.eyes.lane_verdicts import Vehicle, Verdict, judged
from cli.bench.eyes.plan import Plan
from cli.bench.eyes.share import Share
from cli.bench.figure import Figure

FILMS, SECONDS, FPS = 14, 60, 10
BUDGET_S = 200.0  # after that no further film is begun: a slow machine sees fewer
WEATHER = ((), ("--night",), ("--rain",), ("--flicker", "0.15"), ("--night", "--rain"))


@dataclass(frozen=True, slots=True)
class Film:
    """``number`` decides weather and direction."""

    folder: Path
    number: int
    seed: int

    @property
    def direction(self) -> str:
        return ("in", "out")[self.number % 2]

    def watch_before(self, until: float) -> tuple[Verdict, Row] | None:
        return self.watch() if time.monotonic() < until else None

    def watch(self) -> tuple[Verdict, Row]:
        self._draw()
        lines = (self.folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
        rows = list(map(json.loads, lines))
        frames = [[str(self.folder / row["file"]), row["t"]] for row in rows if "file" in row]
        (told,) = ask("watch_lane", [{"frames": frames, "direction": self.direction}])
        shutil.rmtree(self.folder)  # 70 MB
        passages = [row for row in rows if "passage" in row]
        return judged(passages, told["events"], SECONDS), told

    def _draw(self) -> None:
        asked = {"--seed": self.seed, "--seconds": SECONDS, "--fps": FPS, "--out": self.folder}
        asked["--direction"] = self.direction
        options = [str(each) for pair in asked.items() for each in pair]
        weather = WEATHER[self.number % len(WEATHER)]
        run(["hwsim.sights.film", *options, *weather])


@dataclass(frozen=True, slots=True)
class Lanes:
    plan: Plan
    FIGURES: ClassVar = (
        "passages_right_pct",
        "passages_extra",
        "passages_direction_pct",
        "eyes_rss_mb",
    )

    def measure(self, directory: Path) -> Iterator[Figure]:
        films = [
            Film(directory / str(number), number, self.plan.seed + number)
            for number in range(self.plan.some(FILMS))
        ]
        until = time.monotonic() + BUDGET_S
        watched = list(filter(None, side_by_side(lambda film: film.watch_before(until), films)))
        yield from _passages([verdict for verdict, _ in watched], self.plan.seed)
        yield _memory([told for _, told in watched])


def _passages(verdicts: Sequence[Verdict], seed: int) -> Iterator[Figure]:
    vehicles = list(chain.from_iterable(each.vehicles for each in verdicts))
    right = Share.count(each.right for each in vehicles)
    way = Share.count(each.right_way for each in vehicles if each.event is not None)
    lost = sum(each.event is None for each in vehicles)
    unsure = sum(bool(each.right and (each.event or {}).get("unsure")) for each in vehicles)
    films = f"{len(verdicts)} films of {SECONDS} s at {FPS} frames a second, seeds from {seed}"
    yield Figure(
        figure="passages_right_pct",
        value=right.pct,
        unit="%",
        goal=99,
        op=">=",
        how=f"{right}, an event with the right plate, or the right word for none ({unsure} are "
        f"unsure); without any event {lost}; {films}: day, night, rain, flicker; "
        f"not right: {_wrong(vehicles)}",
    )
    yield _extra(list(chain.from_iterable(each.extra for each in verdicts)), len(vehicles))
    yield Figure(
        figure="passages_direction_pct",
        value=way.pct,
        unit="%",
        goal=99,
        op=">=",
        how=f"{way}, of those that were told of; the camera's way of coming nearer is configured",
    )


def _extra(events: Sequence[Row], vehicles: int) -> Figure:
    blind = sum(event["plate"] is None for event in events)
    how = f"events beyond one a vehicle, or of what is none, beside {vehicles} vehicles; {blind} "
    how += "of them without a plate's text"
    return Figure(figure="passages_extra", value=len(events), unit="", goal=0, op="<=", how=how)


def _wrong(vehicles: Sequence[Vehicle]) -> str:
    """By the film's stories."""
    stories = Counter(each.truth["story"] for each in vehicles if not each.right)
    return ", ".join(f"{story} {count}" for story, count in stories.items()) or "none"


def _memory(told: Sequence[Row]) -> Figure:
    return Figure(
        figure="eyes_rss_mb",
        value=max(each["rss_mb"] for each in told),
        unit="MB",
        goal=150,
        op="<=",
        how=f"one camera's eye for plates and codes, after a film of {SECONDS * FPS} frames of "
        f"1280 by 720, the largest of {len(told)}; {mean(each['ms'] for each in told):.1f} ms of "
        f"CPU a frame, unpacking included",
    )
