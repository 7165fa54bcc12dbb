"""Plates of one camera: read in the frames of a burst, joined to passages, told with pictures."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import cv2
import numpy as np

from agent.config import settings
from agent.model.evidence import Shot
from agent.supervisor.sight import PASSED
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.masks import Region
from agent.vision.found import Corners, FoundPlate
from agent.vision.health.measures import crispness
from agent.vision.passages.passage import Passage, fields
from agent.vision.passages.passages import Options, Passages
from agent.vision.passages.trigger import Motion
from agent.vision.pictures import Picture
from agent.vision.said import Said
from agent.vision.senses import Before, Found, Outside, within
from agent.vision.shots import shots

USUAL: Final = 0.6  # steepness of a plate's edges where they are smeared over three pixels
DULL, CRISP = 0.2, 1.2  # and no more is made of it


class ReadsPlates(Protocol):
    """agent.vision.plates"""

    def look(self, picture: Picture) -> Sequence[FoundPlate]: ...


class Lane:
    """A sense (agent.vision.senses)."""

    def __init__(self, camera: settings.Camera, reader: ReadsPlates, outside: Outside) -> None:
        self._camera, self._reader, self._outside = camera, reader, outside
        self._region = Region(camera.region)
        options = Options(direction=camera.direction, same_s=camera.same_s)
        self._passages = Passages(options, lambda: outside.name(camera.id))
        self._held: dict[int, Frame] = {}
        self._last_ns = 0

    def remember(self, before: Sequence[Before]) -> None:
        self._passages.remember(before)

    def see(self, frame: Frame, motion: Motion) -> Found:
        picture = frame.picture
        read = self._reader.look(picture)
        plates = tuple(plate for plate in read if within(self._region, plate.corners, picture))
        sharp = [sharpness(picture, plate.corners) for plate in plates]
        told = self._passages.see(self._time(frame.mono_ns), plates, motion, sharp)
        number = self._passages.frame
        self._tell(told, {**self._held, number: frame})
        if number in self._passages.holding:
            self._held[number] = frame.kept()
        self._let_go()
        return Found(plates=plates)

    def passed(self, mono_ns: int) -> None:
        self._tell(self._passages.idle(self._time(mono_ns)), self._held)
        self._let_go()

    def close(self, mono_ns: int) -> None:
        self._tell(self._passages.close(self._time(mono_ns)), self._held)
        self._held.clear()

    def _time(self, mono_ns: int) -> int:
        """A frame is a little older than the moment in which it is looked at."""
        self._last_ns = max(self._last_ns, mono_ns)
        return self._last_ns

    def _let_go(self) -> None:
        for number in self._held.keys() - self._passages.holding:
            del self._held[number]

    def _tell(self, passages: Iterable[Passage], frames: dict[int, Frame]) -> None:
        for passage in passages:
            said = Said(
                camera=self._camera.id,
                kind=PASSED,
                mono_ns=passage.ended_ns,
                data=fields(passage),
                point=self._camera.point,
                shots=self._shots(passage, frames.get(passage.best)),
            )
            self._outside.say(said)

    def _shots(self, passage: Passage, best: Frame | None) -> tuple[Shot, ...]:
        if best is None or not self._camera.evidence:
            return ()
        return shots(best.picture, passage.corners, self._outside.picture_bytes)


def sharpness(picture: Picture, corners: Corners) -> float:
    """Of a plate, where 1 is usual: a gate's camera at a shutter that is short enough."""
    xs, ys = (np.clip([corner[way] for corner in corners], 0, None).astype(int) for way in (0, 1))
    cut = picture[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    if min(cut.shape[:2]) < 4:
        return DULL
    steep = crispness(np.asarray(cv2.cvtColor(cut, cv2.COLOR_BGR2GRAY), np.uint8))
    return DULL if steep is None else float(np.clip(steep / USUAL, DULL, CRISP))
