"""A child: one picture, and what is read in it by ours, by zxing-cpp as it comes, and by OpenCV.

A task is ``{"file", "turn": 0 | 90 | 180 | 270, "size"?: [width, height], "opencv": bool}``.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
import zxingcpp

from agent.vision import pictures
from agent.vision.codes.reader import CodeReader
from agent.vision.pictures import Picture
from cli.bench.eyes.child import CpuClock, Row, answer

PLAIN = zxingcpp.BarcodeFormats(
    zxingcpp.BarcodeFormat.QRCode
)  # the wider group invents Micro QR codes from noise


class Readers:
    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._ours = CodeReader()
        self._opencv = cv2.QRCodeDetector()

    def judge(self, task: Row) -> Row:
        picture = _picture(task)
        with CpuClock() as zxing_took:
            zxing = [each.bytes for each in zxingcpp.read_barcodes(picture, formats=PLAIN)]
        with CpuClock() as ours_took:
            ours = [each.payload for each in self._ours.read(picture)]
        return {
            "ours": [each.hex() for each in ours],
            "zxing": [each.hex() for each in zxing],
            "opencv": [each.hex() for each in self._by_opencv(picture)] if task["opencv"] else [],
            "ours_ms": ours_took.ms,
            "zxing_ms": zxing_took.ms,
        }

    def _by_opencv(self, picture: Picture) -> list[bytes]:
        try:
            payload, *_ = self._opencv.detectAndDecodeBytes(picture)
        except cv2.error:  # it throws for some pictures, and says nothing that would help
            return []
        return [payload] if payload else []


def _picture(task: Row) -> Picture:
    picture = pictures.from_file(Path(task["file"]))
    if "size" in task:
        picture = np.asarray(cv2.resize(picture, task["size"], interpolation=cv2.INTER_AREA))
    return np.ascontiguousarray(np.rot90(picture, task["turn"] // 90))


if __name__ == "__main__":
    answer(Readers().judge)
    sys.exit(0)
