"""What people said stands in the photos (docs/benchmarks.md says the columns)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

Quad = tuple[tuple[float, float], ...]
CROPS = "crops"  # the folder of plates that are cut out


@dataclass(frozen=True, slots=True)
class Plate:
    """``text`` empty: a real plate, half hidden or blurred: neither right nor wrong to find it."""

    text: str
    kind: str
    quad: Quad | None


@dataclass(frozen=True, slots=True)
class PlatePhoto:
    path: Path
    plates: tuple[Plate, ...]

    @property
    def is_crop(self) -> bool:
        return self.path.parent.name == CROPS


@dataclass(frozen=True, slots=True)
class CodePhoto:
    path: Path
    payload: bytes


def plates(labels: Path) -> Iterator[PlatePhoto]:
    with labels.open(encoding="utf-8", newline="") as file:
        for name, rows in groupby(csv.DictReader(file), itemgetter("file")):
            yield PlatePhoto(labels.parent / name, tuple(map(_plate, rows)))


def codes(labels: Path) -> Iterator[CodePhoto]:
    with labels.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            payload = bytes.fromhex(row["hex"]) if row["hex"] else row["text"].encode()
            yield CodePhoto(labels.parent / row["file"], payload)


def without(labels: Path) -> list[Path]:
    """Photos in which there is nothing."""
    with labels.open(encoding="utf-8", newline="") as file:
        return [labels.parent / row["file"] for row in csv.DictReader(file)]


def _plate(row: dict[str, str]) -> Plate:
    numbers = [float(each) for each in row["corners"].split()]
    quad = tuple(zip(numbers[::2], numbers[1::2], strict=True)) or None
    return Plate(row["plate"], row["kind"], quad)
