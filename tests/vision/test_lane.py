"""Plates of one camera become passages with pictures; the reader is played."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from agent.config.settings import Camera
from agent.model.evidence import Shot
from agent.vision import pictures
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.masks import Masks
from agent.vision.found import Corners, FoundPlate, Guess
from agent.vision.lane import Lane, sharpness
from agent.vision.passages.trigger import STILL, Motion
from agent.vision.pictures import Picture
from agent.vision.said import Said
from agent.vision.senses import Outside
from agent.vision.shots import packed, shots

SECOND = 1_000_000_000
TEXT = "湘A12345"
MOVING = Motion(active=True, box=(0.2, 0.2, 0.8, 0.8), share=0.3)
CAMERA = Camera(id="gate-cam", source="x", use=("plates",), point="gate", direction="in")


def plate(corners: Corners) -> FoundPlate:
    guesses = tuple(Guess(((sign, 0.999), ("Q", 0.001))) for sign in TEXT)
    return FoundPlate(TEXT, "blue", "single-row", 0.995, corners, guesses=guesses)


def box(left: float, top: float, wide: float) -> Corners:
    high = wide / 3.14
    return ((left, top), (left + wide, top), (left + wide, top + high), (left, top + high))


def road(corners: Corners) -> Picture:
    """Noise, and a plate with signs on it."""
    picture = np.random.default_rng(1).integers(60, 120, (360, 640, 3), dtype=np.uint8)
    (left, top), (right, bottom) = corners[0], corners[2]
    picture[int(top) : int(bottom), int(left) : int(right)] = 230
    size, thick = (right - left) / 140, max(1, int((right - left) / 50))
    where = (int(left + 4), int(bottom - 4))
    cv2.putText(picture, "A12345", where, cv2.FONT_HERSHEY_PLAIN, 2 * size, (10, 10, 10), thick)
    return picture


class Reader:
    def __init__(self) -> None:
        self.plates: list[FoundPlate] = []

    def look(self, picture: Picture) -> Sequence[FoundPlate]:
        del picture
        return self.plates


class Bench:
    def __init__(self, camera: Camera = CAMERA, masks: Masks | None = None) -> None:
        self.said: list[Said] = []
        self.reader, self.masks, self.named = Reader(), masks, 0
        outside = Outside(say=self.said.append, name=self.name, picture_bytes=60_000)
        self.lane = Lane(camera, self.reader, outside)
        self.now = 10.0

    def name(self, camera: str) -> str:
        self.named += 1
        return f"{camera}-r-{self.named}"

    def look(self, corners: Corners | None, motion: Motion = MOVING, *, jpeg: bool = False) -> None:
        self.now += 0.1
        self.reader.plates = [] if corners is None else [plate(corners)]
        picture = road(corners or box(0, 0, 9))
        form = cv2.imencode(".jpg", picture)[1].tobytes() if jpeg else picture
        frame = Frame(form, round(self.now * SECOND), 1)
        if self.masks:
            frame.hide(self.masks)
        self.lane.see(frame, motion)

    def approach(self, *, jpeg: bool = False) -> None:
        """Nearer over two seconds, then out of the picture."""
        for step in range(20):
            self.look(box(200 + 4 * step, 60 + 9 * step, 60 + 4 * step), jpeg=jpeg)
        for _ in range(50):
            self.look(None, STILL, jpeg=jpeg)
            self.lane.passed(round(self.now * SECOND))


def by_role(kept: tuple[Shot, ...]) -> dict[str, Picture]:
    return {shot.role: pictures.from_bytes(shot.jpeg) for shot in kept}


@pytest.mark.parametrize("jpeg", [True, False])
def test_one_vehicle_one_event_with_its_pictures(*, jpeg: bool) -> None:
    bench = Bench()
    bench.approach(jpeg=jpeg)
    (said,) = bench.said
    assert (said.camera, said.kind, said.point) == ("gate-cam", "vehicle_passed", "gate")
    assert (said.data["plate"], said.data["direction"]) == (TEXT, "in")
    assert said.data["passage"] == "gate-cam-r-1"
    assert sum(len(shot.jpeg) for shot in said.shots) <= 60_000
    seen = by_role(said.shots)
    assert seen["scene"].shape == (360, 640, 3)
    assert seen["crop"].max() > 200
    assert bench.lane._held == {}
    assert TEXT not in repr(said.shots)


def test_masks_are_in_the_pictures_that_are_kept() -> None:
    left = Masks([((0, 0), (0.25, 0), (0.25, 1), (0, 1))])
    for jpeg in (True, False):
        bench = Bench(masks=left)
        bench.approach(jpeg=jpeg)
        scene = by_role(bench.said[0].shots)["scene"]
        assert scene[:, :150].max() < 30
        assert scene[:, 200:].mean() > 60


def test_a_camera_may_keep_no_pictures() -> None:
    bench = Bench(Camera(id="gate-cam", source="x", use=("plates",), evidence=False))
    bench.approach()
    assert [said.shots for said in bench.said] == [()]


def test_plates_outside_the_region_are_none() -> None:
    right = ((0.9, 0.0), (1.0, 0.0), (1.0, 1.0), (0.9, 1.0))
    bench = Bench(Camera(id="gate-cam", source="x", use=("plates",), region=right))
    bench.approach()
    assert all(said.data["plate"] is None for said in bench.said)


def test_what_earlier_eyes_told_is_not_told_again() -> None:
    bench = Bench()
    bench.lane.remember([(TEXT, "in", 9 * SECOND)])
    bench.approach()
    assert bench.said == []


def test_at_the_end_who_is_in_view_has_passed() -> None:
    bench = Bench()
    for step in range(8):
        bench.look(box(200 + 4 * step, 60 + 9 * step, 40 + 4 * step))
    bench.lane.close(round(bench.now * SECOND))
    assert [said.data["plate"] for said in bench.said] == [TEXT]


def test_time_does_not_go_back() -> None:
    bench = Bench()
    bench.lane.passed(100 * SECOND)
    bench.look(box(200, 60, 60))
    assert bench.lane._last_ns == 100 * SECOND


def test_a_smeared_plate_is_less_sharp() -> None:
    where = box(200, 100, 120)
    picture = road(where)
    for way in ((9, 1), (1, 9)):
        smeared = np.asarray(cv2.blur(picture, way), np.uint8)
        assert sharpness(picture, where) > 1.5 * sharpness(smeared, where)
    assert sharpness(picture, box(-500, -500, 9)) == 0.2
    assert sharpness(picture, box(5000, 5000, 9)) == 0.2


@pytest.mark.parametrize("most", [3_000, 20_000, 100_000])
def test_pictures_keep_to_their_bytes(most: int) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1080, 1920, 3), dtype=np.uint8)
    kept = shots(noise, box(900, 500, 200), most)
    assert sum(len(shot.jpeg) for shot in kept) <= most
    assert "scene" in by_role(kept) or most < 20_000


def test_small_pictures_are_not_enlarged() -> None:
    jpeg = packed(np.zeros((30, 40, 3), np.uint8), 320, 10_000)
    assert jpeg is not None
    assert pictures.from_bytes(jpeg).shape == (30, 40, 3)
    assert packed(np.zeros((30, 40, 3), np.uint8), 320, 10) is None
    assert [shot.role for shot in shots(np.zeros((30, 40, 3), np.uint8), None, 9_000)] == ["scene"]
