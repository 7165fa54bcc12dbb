"""What a reader said of a labelled photo, plate by plate."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cli.bench.eyes import quads
from cli.bench.eyes.child import Row
from cli.bench.eyes.labels import Plate, PlatePhoto
from cli.bench.eyes.share import Share


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of one labelled plate.  ``said`` is None where it was not found or could not be read."""

    label: Plate
    said: str | None
    unsure: bool
    found: bool
    overlap: float
    kept_out: bool

    @property
    def exact(self) -> bool:
        return self.said == self.label.text

    @property
    def surely_wrong(self) -> bool:
        return self.said is not None and not self.unsure and not self.exact


@dataclass(frozen=True, slots=True)
class Whole:
    """Of one photo.  ``false``: plates where no plate is."""

    verdicts: tuple[Verdict, ...]
    false: int
    ms: float
    decode_ms: float
    kept_out: bool


def of_crop(label: Plate, answer: Row, *, kept_out: bool) -> Verdict:
    (plate,) = answer["plates"]
    return Verdict(label, plate["text"], plate["unsure"], True, 1.0, kept_out)


def of_photo(photo: PlatePhoto, answer: Row, *, kept_out: bool) -> Whole:
    found = answer["plates"]
    outlines = [each["corners"] for each in found]
    labelled = [each.quad or () for each in photo.plates]
    of = {j: i for i, j in quads.pairs(outlines, labelled)}
    verdicts = []
    for j, label in enumerate(photo.plates):
        if not label.text:
            continue
        plate: Row = found[of[j]] if j in of else {"text": None, "unsure": False}
        same = quads.overlap(outlines[of[j]], labelled[j]) if j in of else 0.0
        verdicts.append(Verdict(label, plate["text"], plate["unsure"], j in of, same, kept_out))
    false = len(found) - len(of)
    return Whole(tuple(verdicts), false, answer["ms"], answer["decode_ms"], kept_out)


class Split:
    """Photos that were kept out of training count, and the others are told beside them.

    Where none of them was kept out, or nobody wrote down which were, all count, and it says so.
    """

    def __init__(self, verdicts: Iterable[Verdict], listed: bool) -> None:
        told = list(verdicts)
        kept = [each for each in told if each.kept_out]
        self._trained = [each for each in told if not each.kept_out] if kept else []
        self._listed = listed
        self.counted = kept or told

    def share(self, hit: Callable[[Verdict], bool]) -> tuple[Share, str]:
        """What counts, and the words for it."""
        counted = Share.count(map(hit, self.counted))
        if self._trained:
            beside = Share.count(map(hit, self._trained))
            return counted, f"{counted}, kept out of training; beside them {beside}"
        if not self._listed:
            return counted, f"{counted}; no list says which were kept out of training"
        kept = "all" if self.counted and self.counted[0].kept_out else "none"
        return counted, f"{counted}; {kept} kept out of training"
