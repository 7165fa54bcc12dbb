"""QR codes in labelled photos, beside zxing-cpp as it comes and OpenCV's own, in the same run."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import ClassVar

from agent.vision.charset import text_of
from cli.bench.eyes import labels
from cli.bench.eyes.child import Row, ask
from cli.bench.eyes.plan import Plan
from cli.bench.eyes.share import Share
from cli.bench.figure import Figure

AHEAD_GOAL, AHEAD_LEAST = 2.5, 1.5
"""Points ahead of zxing-cpp."""
UPRIGHT, ALL = (0, 90), (0, 90, 180, 270)
PEERS = {"zxing": "zxing-cpp default", "opencv": "OpenCV QRCodeDetector"}


@dataclass(frozen=True, slots=True)
class Reading:
    wanted: bytes
    """Nothing where nothing is."""
    answer: Row

    def read(self, who: str) -> bool:
        return any(self._is_wanted(bytes.fromhex(each)) for each in self.answer[who])

    @property
    def strange(self) -> list[str]:
        """Ours alone and not what the label says: a photo may hold a second code."""
        peers = self.answer["zxing"] + self.answer["opencv"]
        told = [each for each in self.answer["ours"] if each not in peers]
        return [each for each in told if not self._is_wanted(bytes.fromhex(each))]

    def _is_wanted(self, payload: bytes) -> bool:
        """A label is UTF-8, and the code may say the same in an older character set."""
        return self.wanted in (payload, (text_of(payload) or "").encode())


@dataclass(frozen=True, slots=True)
class CodePhotos:
    plan: Plan
    FIGURES: ClassVar = ("qr_photos_pct", "qr_misreads", "qr_false_reads")

    def measure(self, _: Path) -> Iterator[Figure]:
        photos = list(labels.codes(self.plan.labels("qr")))
        photos = photos[:: 5 if self.plan.quick else 1]
        read = _readings([(each.path, each.payload) for each in photos], UPRIGHT)
        yield _read(read)
        yield _misreads(read)
        nothing = labels.without(self.plan.labels("qr", "none.csv"))
        yield _false(_readings([(path, b"") for path in nothing], ALL), len(nothing))


def _readings(photos: list[tuple[Path, bytes]], turns: tuple[int, ...]) -> list[Reading]:
    runs = list(product(photos, turns))
    tasks = [{"file": str(path), "turn": turn, "opencv": True} for (path, _), turn in runs]
    answers = ask("read_codes", tasks)
    return [Reading(payload, each) for ((_, payload), _), each in zip(runs, answers, strict=True)]


def _read(readings: list[Reading]) -> Figure:
    ours, zxing, opencv = (
        Share.count(each.read(who) for each in readings) for who in ("ours", *PEERS)
    )
    return Figure(
        figure="qr_photos_pct",
        value=ours.pct,
        unit="%",
        goal=round(zxing.pct + AHEAD_GOAL, 2),
        op=">=",
        how=f"{ours}, bytes or their text compared, photos at 0° and 90°; the goal is zxing-cpp "
        f"+ {AHEAD_GOAL} points (enough is + {AHEAD_LEAST}), ours is {ours.pct - zxing.pct:+.2f}; "
        f"{PEERS['zxing']} (plain QR) {zxing}, {PEERS['opencv']} {opencv}; "
        f"{_took(readings)}",
    )


def _misreads(readings: list[Reading]) -> Figure:
    wrong = sum(len(each.strange) for each in readings)
    doubtful = sum(not each.read("ours") and bool(each.answer["ours"]) for each in readings)
    return Figure(
        figure="qr_misreads",
        value=wrong,
        unit="",
        goal=0,
        op="<=",
        how=f"payloads in {len(readings)} readings that neither the label nor a peer knows; in "
        f"{doubtful} readings ours is not the label's: a wrong label, or a second code",
    )


def _false(readings: list[Reading], photos: int) -> Figure:
    return Figure(
        figure="qr_false_reads",
        value=sum(len(each.answer["ours"]) for each in readings),
        unit="",
        goal=0,
        op="<=",
        how=f"{photos} photos without a QR code at four turns, {len(readings)} readings; "
        + ", ".join(
            f"{name} {sum(len(each.answer[who]) for each in readings)}"
            for who, name in PEERS.items()
        )
        + f"; {_took(readings)}",
    )


def _took(readings: list[Reading]) -> str:
    ours, zxing = (
        sum(each.answer[who] for each in readings) / len(readings)
        for who in ("ours_ms", "zxing_ms")
    )
    return f"{ours:.1f} ms of CPU each, zxing-cpp {zxing:.1f}"
