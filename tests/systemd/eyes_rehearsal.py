"""Everything the eyes ask of the kernel, done once: run under their unit's filters by the tests."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from agent.vision.cameras.base import CameraGone, Ended, Wanted
from agent.vision.cameras.open import open_source
from agent.vision.health.camera import CameraHealth
from agent.vision.plates.reader import PlateReader
from agent.vision.post import claim
from agent.vision.senses import Found
from agent.vision.view import View


def cameras(folder: Path) -> Iterator[str]:
    """A recording through FFmpeg, a device that is none, a network where nobody is."""
    file, wanted = folder / "gate.avi", Wanted(hurry=True, patience_s=1.0)
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (640, 360))
    writer.write(np.full((360, 640, 3), 90, np.uint8))
    writer.release()
    with closing(open_source(f"file:{file}", wanted)) as source:
        frame = source.read()
        assert frame is not None
        CameraHealth(0).saw(frame.thumb(), frame.mono_ns)
        yield "recording"
        try:
            source.read()
        except Ended:
            yield "end"
    for address in ("v4l2:/dev/null", "rtsp://127.0.0.1:1/", "https://127.0.0.1:1/"):
        try:
            open_source(address, wanted)
        except CameraGone:
            yield address


def acts(folder: Path) -> Iterator[str]:
    yield from cameras(folder)
    picture = np.random.default_rng(1).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    PlateReader().look(picture)
    yield "plates"
    claim(folder / "eyes" / "eyes.sock")
    yield "claim"
    with closing(View(folder / "eyes" / "view.sock")) as view:
        view.wanted("gate")
        view.picture("gate", picture, Found())
    yield "view"


if __name__ == "__main__":
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        done = list(acts(Path(name)))
    sys.stdout.write(f"{len(done)}\n")
