"""What a frame costs in which there is no code: nearly all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import ClassVar

from cli.bench.eyes import labels
from cli.bench.eyes.child import ask
from cli.bench.eyes.plan import Plan
from cli.bench.figure import Figure, percentile

SIZE = (1280, 720)


@dataclass(frozen=True, slots=True)
class IdleFrames:
    plan: Plan
    FIGURES: ClassVar = ("qr_idle_720p_ms",)

    def measure(self, _: Path) -> Iterator[Figure]:
        photos = labels.without(self.plan.labels("qr", "none.csv"))
        tasks = [
            {"file": str(path), "turn": 0, "size": SIZE, "opencv": False}
            for path in photos[:: 5 if self.plan.quick else 1]
        ]
        answers = ask("read_codes", tasks)
        ours, zxing = ([each[who] for each in answers] for who in ("ours_ms", "zxing_ms"))
        yield Figure(
            figure="qr_idle_720p_ms",
            value=median(ours),
            unit="ms",
            goal=3,
            op="<=",
            how=f"CPU, one thread, median of {len(ours)} photos without a code, made {SIZE[0]} by "
            f"{SIZE[1]}; p95 {percentile(ours, 0.95):.1f}; zxing-cpp default {median(zxing):.2f}, "
            f"so {median(ours) / median(zxing):.1f} times that; enough is 5",
        )
