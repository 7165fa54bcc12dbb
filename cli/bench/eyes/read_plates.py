"""A child: plates in one photo, or a photo that is one plate, or is cut out of one by its corners.

A task is ``{"file", "crop": bool, "corners"?: [[x, y]…]}``.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from agent.vision import pictures
from agent.vision.found import FoundPlate
from agent.vision.pictures import Picture
from agent.vision.plates.reader import PlateReader
from cli.bench.eyes.child import CpuClock, Row, answer


class Reader:
    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._reader = PlateReader()
        self._reader.look(np.zeros((64, 64, 3), np.uint8))  # whatever is made at the first look

    def judge(self, task: Row) -> Row:
        with CpuClock() as decoding:
            picture = pictures.from_file(Path(task["file"]))
        if "corners" in task:
            picture = _cut_out(picture, task["corners"])
        with CpuClock() as reading:
            if task["crop"]:
                plates = [self._reader.crop(picture)]
            else:
                plates = list(self._reader.look(picture))
        found = [_plate(each) for each in plates]
        return {"plates": found, "decode_ms": decoding.ms, "ms": reading.ms}


def _plate(plate: FoundPlate) -> Row:
    return {
        "text": plate.text,
        "unsure": plate.unsure,
        "corners": [[float(x), float(y)] for x, y in plate.corners],
    }


def _cut_out(picture: Picture, corners: list[list[float]]) -> Picture:
    """Upright, as large as it is there."""
    quad = np.asarray(corners, np.float32)
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    wide, high = (max(8, round(float(max(sides[i], sides[i + 2])))) for i in (0, 1))
    upright = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, upright)
    return np.asarray(cv2.warpPerspective(picture, turn, (wide, high)), np.uint8)


if __name__ == "__main__":
    answer(Reader().judge)
    sys.exit(0)
