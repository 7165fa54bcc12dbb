"""Plates: cut out, and found and read in whole photos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import mean, median
from typing import ClassVar, Literal

from cli.bench.eyes import labels
from cli.bench.eyes.child import Row, ask
from cli.bench.eyes.labels import PlatePhoto
from cli.bench.eyes.plan import Plan, heldout
from cli.bench.eyes.plate_verdicts import Split, Verdict, Whole, of_crop, of_photo
from cli.bench.eyes.quads import SAME
from cli.bench.figure import Figure, percentile

EXACT = "every character, unsure readings included"


@dataclass(frozen=True, slots=True)
class Read:
    """All that was read, and whether a list of photos kept out of training was there."""

    crops: tuple[Verdict, ...]
    cut_out: tuple[Verdict, ...]
    whole: tuple[Whole, ...]
    listed: bool

    @property
    def in_photos(self) -> tuple[Verdict, ...]:
        return tuple(chain.from_iterable(each.verdicts for each in self.whole))


@dataclass(frozen=True, slots=True)
class PlatePhotos:
    plan: Plan
    FIGURES: ClassVar = (
        "plate_crops_pct",
        "plate_street_crops_pct",
        "plate_photos_pct",
        "plate_recall_pct",
        "plate_false_per_photo",
        "plate_green_pct",
        "plate_double_row_pct",
        "plate_wrong_pct",
        "plate_photo_ms",
    )

    def measure(self, _: Path) -> Iterator[Figure]:
        photos = list(labels.plates(self.plan.labels("plates")))
        read = _read(photos[:: 5 if self.plan.quick else 1])
        yield _of("plate_crops_pct", read.crops, read, 97, "plates cut out, enough is 95")
        yield _of(
            "plate_street_crops_pct", read.cut_out, read, 95, "by their corners, enough is 92"
        )
        yield _of("plate_photos_pct", read.in_photos, read, 94, "found and read, enough is 88")
        yield _recall(read)
        yield _false(read)
        for kind, name in (("new-energy", "green"), ("double-row", "double_row")):
            those = [each for each in read.in_photos if each.label.kind == kind]
            yield _of(f"plate_{name}_pct", those, read, 100, "found and read in whole photos")
        yield _wrong(read)
        yield _took(read)


def _read(photos: Sequence[PlatePhoto]) -> Read:
    kept = heldout()
    out = {photo.path: kept is None or photo.path.name in kept for photo in photos}
    crops = [photo for photo in photos if photo.is_crop]
    whole = [photo for photo in photos if not photo.is_crop]
    cut = [(photo, each) for photo in whole for each in photo.plates if each.text and each.quad]
    tasks: list[Row] = [_task(photo, crop=True) for photo in crops]
    tasks += [{**_task(photo, crop=True), "corners": each.quad} for photo, each in cut]
    tasks += [_task(photo, crop=False) for photo in whole]
    answers = iter(ask("read_plates", tasks))
    return Read(
        tuple(of_crop(p.plates[0], next(answers), kept_out=out[p.path]) for p in crops),
        tuple(of_crop(each, next(answers), kept_out=out[p.path]) for p, each in cut),
        tuple(of_photo(p, next(answers), kept_out=out[p.path]) for p in whole),
        kept is not None,
    )


def _task(photo: PlatePhoto, *, crop: bool) -> dict[str, object]:
    return {"file": str(photo.path), "crop": crop}


def _of(name: str, verdicts: Sequence[Verdict], read: Read, goal: float, beside: str) -> Figure:
    share, words = Split(verdicts, read.listed).share(lambda each: each.exact)
    doubt = sum(each.unsure for each in verdicts)
    how = f"{words}; {EXACT} ({doubt} of all are unsure); {beside}"
    return _figure(name, share.pct, goal, ">=", how)


def _recall(read: Read) -> Figure:
    split = Split(read.in_photos, read.listed)
    share, words = split.share(lambda each: each.found)
    close, _ = split.share(lambda each: each.overlap >= SAME)
    how = f"{words}; the label's centre lies in what was found, enough is 97; IoU ≥ {SAME}: {close}"
    return _figure("plate_recall_pct", share.pct, 98, ">=", how)


def _false(read: Read) -> Figure:
    counted, rest = _parts(read.whole)
    how = (
        f"{sum(each.false for each in counted)} in {len(counted)} photos; a plate without a label "
        f"that people marked as such is neither right nor wrong; enough is .1"
    )
    if rest:
        how += f"; beside them {sum(each.false for each in rest)} in {len(rest)} trained on"
    value = sum(each.false for each in counted) / max(1, len(counted))
    return _figure("plate_false_per_photo", value, 0.05, "<=", how)


def _wrong(read: Read) -> Figure:
    everything = read.crops + read.in_photos
    split = Split(everything, read.listed)
    share, words = split.share(lambda each: each.surely_wrong)
    unsure, _ = split.share(lambda each: each.found and (each.said is None or each.unsure))
    how = f"{words}, crops and whole photos; unsure or unreadable: {unsure}"
    return _figure("plate_wrong_pct", share.pct, 0.3, "<=", how)


def _took(read: Read) -> Figure:
    took = [each.ms for each in read.whole]
    how = (
        f"CPU, one thread, mean of {len(took)} photos, found and read; median "
        f"{median(took):.1f}, p95 {percentile(took, 0.95):.1f}; unpacking the file is "
        f"{mean(each.decode_ms for each in read.whole):.1f} ms more; enough is 40"
    )
    return _figure("plate_photo_ms", mean(took), 20, "<=", how)


def _parts(whole: Sequence[Whole]) -> tuple[Sequence[Whole], Sequence[Whole]]:
    kept = [each for each in whole if each.kept_out]
    return (kept, [each for each in whole if not each.kept_out]) if kept else (whole, [])


def _figure(name: str, value: float, goal: float, op: Literal["<=", ">="], how: str) -> Figure:
    unit = {"pct": "%", "ms": "ms", "photo": "per photo"}[name.rpartition("_")[2]]
    return Figure(figure=name, value=value, unit=unit, goal=goal, op=op, how=how)
