"""QR codes on simulated phones before a gate: single frames, and a second of video each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import mean
from typing import ClassVar

from cli.bench.eyes.child import Row, ask, run, side_by_side
from cli.bench.eyes.plan import Plan
from cli.bench.eyes.share import Share
from cli.bench.figure import Figure, percentile

FRAMES, ATTEMPTS = 300, 100
FPS = 10
HOLD_S = 1.0
HALVES = 2  # are drawn side by side


@dataclass(frozen=True, slots=True)
class Phones:
    plan: Plan
    FIGURES: ClassVar = (
        "qr_phone_frames_pct",
        "qr_hard_mean_ms",
        "qr_hard_p95_ms",
        "qr_phone_attempts_pct",
    )

    def measure(self, directory: Path) -> Iterator[Figure]:
        frames = self._drawn(directory / "frames", "--count", self.plan.some(FRAMES))
        tasks = [{"file": row["file"], "turn": 0, "opencv": True} for row in frames]
        yield from _frames(frames, ask("read_codes", tasks), self.plan.seed)
        shown = self._drawn(directory / "attempts", "--attempts", self.plan.some(ATTEMPTS))
        yield _attempts(shown, self.plan.seed)

    def _drawn(self, folder: Path, what: str, count: int) -> list[Row]:
        """The truth, with full paths; in halves, each of its own seed."""
        halves = [folder / str(number) for number in range(HALVES)]
        side_by_side(lambda half: self._draw(half, what, count // HALVES), halves)
        return [row for half in halves for row in _truth(half)]

    def _draw(self, half: Path, what: str, count: int) -> None:
        seed = self.plan.seed + int(half.name)
        asked = {what: count, "--fps": FPS, "--seed": seed, "--out": half}
        run(["hwsim.sights.phones", *(str(each) for pair in asked.items() for each in pair)])


def _truth(folder: Path) -> Iterator[Row]:
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield {**row, "file": str(folder / row["file"]), "film": folder.name}


def _frames(frames: Sequence[Row], answers: Sequence[Row], seed: int) -> Iterator[Figure]:
    both = list(zip(frames, answers, strict=True))
    ours, zxing, opencv = (
        Share.count(frame["payload_hex"] in each[who] for frame, each in both)
        for who in ("ours", "zxing", "opencv")
    )
    wrong = sum(code != frame["payload_hex"] for frame, each in both for code in each["ours"])
    yield Figure(
        figure="qr_phone_frames_pct",
        value=ours.pct,
        unit="%",
        goal=80,
        op=">=",
        how=f"{ours}, single frames, seeds {_seeds(seed)}; misread {wrong}; zxing-cpp default "
        f"{zxing}, OpenCV QRCodeDetector {opencv}; enough is 70",
    )
    took, theirs = ([each[who] for each in answers] for who in ("ours_ms", "zxing_ms"))
    beside = f"CPU, one thread, {len(took)} of these frames; zxing-cpp default"
    yield _took("mean", mean(took), 10, f"{beside} {mean(theirs):.1f}", mean(theirs))
    slow, slow_theirs = percentile(took, 0.95), percentile(theirs, 0.95)
    yield _took("p95", slow, 30, f"{beside} {slow_theirs:.1f}", slow_theirs)


def _took(name: str, value: float, goal: float, beside: str, theirs: float) -> Figure:
    how = f"{beside}, so {value / theirs:.1f} times that"
    figure = f"qr_hard_{name}_ms"
    return Figure(figure=figure, value=value, unit="ms", goal=goal, op="<=", how=how)


def _attempts(shown: Sequence[Row], seed: int) -> Figure:
    people = [list(rows) for _, rows in groupby(shown, itemgetter("film", "attempt"))]
    answers = ask("watch_codes", [{"frames": [[r["file"], r["t"]] for r in p]} for p in people])
    first = list(map(_first, people, answers))
    got = Share.count(at is not None and at <= HOLD_S for at in first)
    in_the_first = Share.count(at == 0 for at in first)
    wrong = sum(
        code != person[0]["payload_hex"]
        for person, answer in zip(people, answers, strict=True)
        for codes in answer["read"]
        for code in codes
    )
    return Figure(
        figure="qr_phone_attempts_pct",
        value=got.pct,
        unit="%",
        goal=99,
        op=">=",
        how=f"{got}, read within {HOLD_S:.0f} s at {FPS} frames a second, seeds {_seeds(seed)}; "
        f"misread {wrong}; in the first frame {in_the_first}",
    )


def _first(person: Sequence[Row], answer: Row) -> float | None:
    """When the code was read first, in seconds."""
    for row, codes in zip(person, answer["read"], strict=True):
        if row["payload_hex"] in codes:
            return float(row["t"])
    return None


def _seeds(seed: int) -> str:
    return f"{seed} to {seed + HALVES - 1}"
