"""Photos: what is in one, and how it is told.

The readers are loaded when somebody wants them: the models are megabytes, and who looks for codes
alone needs none of them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2

from agent.vision import pictures
from agent.vision.charset import text_of
from agent.vision.found import Corners, FoundCode, FoundPlate
from agent.vision.pictures import Picture, Unreadable


class ReadsPlates(Protocol):
    def look(self, picture: Picture) -> Sequence[FoundPlate]: ...
    def crop(self, picture: Picture) -> FoundPlate: ...


class ReadsCodes(Protocol):
    def read(self, picture: Picture) -> Sequence[FoundCode]: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture holds; ``ms`` from the file's first byte to the last answer."""

    picture: Picture
    plates: tuple[FoundPlate, ...]
    codes: tuple[FoundCode, ...]
    ms: float


class Looker:
    """Looks at one file after the other, and remembers none.

    A reader that is None is not asked.  ``crop``: the whole picture is one plate.
    """

    def __init__(
        self, plates: ReadsPlates | None, codes: ReadsCodes | None, *, crop: bool = False
    ) -> None:
        self._plates, self._codes, self._crop = plates, codes, crop

    def look(self, path: Path) -> Seen:
        """Unreadable."""
        began = time.perf_counter_ns()
        picture = _picture(path)
        plates, codes = self._find_plates(picture), self._find_codes(picture)
        return Seen(picture, plates, codes, (time.perf_counter_ns() - began) / 1e6)

    def _find_plates(self, picture: Picture) -> tuple[FoundPlate, ...]:
        if self._plates is None:
            return ()
        return (self._plates.crop(picture),) if self._crop else tuple(self._plates.look(picture))

    def _find_codes(self, picture: Picture) -> tuple[FoundCode, ...]:
        return () if self._codes is None else tuple(self._codes.read(picture))


def looker(*, plates: bool, codes: bool, crop: bool = False) -> Looker:
    """With the readers of this product, for a process of its own: OpenCV keeps to one thread."""
    cv2.setNumThreads(1)
    return Looker(_plate_reader() if plates else None, _code_reader() if codes else None, crop=crop)


def as_line(file: str, seen: Seen) -> dict[str, object]:
    """As ``linli look --json`` prints it (docs/look.md)."""
    return {
        "file": file,
        "plates": [_plate(plate) for plate in seen.plates],
        "codes": [_code(code) for code in seen.codes],
        "ms": round(seen.ms, 2),
    }


def _picture(path: Path) -> Picture:
    if "\0" in str(path):  # no file is called so, and ``open`` says it with another error
        raise Unreadable("文件名无效 no file can have this name")
    return pictures.from_file(path)


def _plate(plate: FoundPlate) -> dict[str, object]:
    return {
        "text": plate.text,
        **({"unsure": True} if plate.unsure else {}),
        "colour": plate.colour,
        "kind": plate.kind,
        "confidence": round(float(plate.confidence), 4),
        "corners": _corners(plate.corners),
    }


def _code(code: FoundCode) -> dict[str, object]:
    return {
        "format": code.format,
        "text": text_of(code.payload),
        "hex": code.payload.hex(),
        "corners": _corners(code.corners),
    }


def _corners(corners: Corners) -> list[list[float]]:
    return [[round(float(x), 1), round(float(y), 1)] for x, y in corners]


def _plate_reader() -> ReadsPlates:
    from agent.vision.plates.reader import PlateReader  # noqa: PLC0415  # megabytes

    return PlateReader()


def _code_reader() -> ReadsCodes:
    from agent.vision.codes.reader import CodeReader  # noqa: PLC0415  # see above

    return CodeReader()
