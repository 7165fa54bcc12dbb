"""A child: one person with a phone, frame by frame, as the eye of a gate sees it.

A task is ``{"frames": [[file, seconds]…]}``, a film of its own.
"""

import sys
from pathlib import Path

import cv2

from agent.vision import pictures
from agent.vision.codes.reader import CodeReader
from agent.vision.codes.watch import CodeWatch
from cli.bench.eyes.child import Row, answer

SECOND = 1_000_000_000


def judge(task: Row) -> Row:
    """What is read in each frame."""
    watch = CodeWatch(CodeReader())
    read = []
    for file, at in task["frames"]:
        codes = watch.see(pictures.from_file(Path(file)), int((1 + at) * SECOND))
        read.append([code.payload.hex() for code in codes])
    return {"read": read}


if __name__ == "__main__":
    cv2.setNumThreads(1)
    answer(judge)
    sys.exit(0)
