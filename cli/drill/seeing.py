"""What the drills of cameras have in common: a lane, a door's camera, the eyes, who came by."""

import importlib.util
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from cli.drill import texts
from cli.drill.acts import opens
from cli.drill.room import Cannot, Room
from cli.vision import NEEDS
from cli.world import Eyes, Line, World, until

LANE, DOOR = "lane-cam", "door-cam"
UP_S = 30.0  # the libraries and the network of letters are read from a slow disk
CONCLUDED_S = 3.0
"""After a vehicle has left: what is told bears the time of its last frames."""

SLOWEST_DOOR_S = 1.0
SLOWER_S = 0.1  # than before, at the median: one turn of two busy cores
DOOR_EVERY_S = 0.8


def lane(*, every_s: float = 9.0) -> str:
    """Of the scenario: vehicles with a plate, one at a time.  Cannot."""
    _need()
    return f"""
[[bus]]
id = "lane"
kind = "camera"
[[device]]
id = "{LANE}"
sim = "road_camera"
bus = "lane"
[device.options]
stories = ["approach"]
every_s = {every_s}
"""


def phones(*, hold_s: float = 2.5, between_s: float = 0.7) -> str:
    """Of the scenario: people with phones, when they are told to.  Cannot."""
    _need()
    return f"""
[[bus]]
id = "door"
kind = "camera"
[[device]]
id = "{DOOR}"
sim = "phone_camera"
bus = "door"
[device.options]
hold_s = {hold_s}
between_s = {between_s}
"""


def _need() -> None:
    """Cannot without what eyes see with, and the world draws with."""
    wanted = NEEDS | {"segno": "segno"}
    missing = [
        package for name, package in wanted.items() if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise Cannot(f"not installed 缺少图像识别库: pip install {' '.join(missing)}")


LANE_CAMERA = f"""
[[camera]]
id = "{LANE}"
source = "mjpeg+unix:${{LINLI_RUN}}/lane"
use = ["plates"]
direction = "in"
"""

DOOR_CAMERA = f"""
[[camera]]
id = "{DOOR}"
source = "mjpeg+unix:${{LINLI_RUN}}/door"
use = ["codes"]
"""


def watched(camera: str) -> str:
    """The box's configuration with ``camera``, whose codes open the door as the reader's do."""
    config = texts.config(more=camera)
    return config.replace(f'inputs = ["{texts.READER}"]', f'inputs = ["{texts.READER}", "{DOOR}"]')


def eyes(room: Room) -> Eyes:
    """Of the agent that was started last; ``looks`` says when they see."""
    environ = {"LINLI_RUN": str(room.run), "LINLI_STATE": str(room.state)}
    return Eyes(room.directory / "box.toml", environ, log=room.directory / "eyes.log")


def looks(room: Room, seconds: float = UP_S) -> bool:
    """Whether the eyes and all their cameras are up, as the agent hears it, in time."""
    return until(lambda: _look(room), seconds, 0.1)


def _look(room: Room) -> bool:
    seen = room.status().get("eyes", {})
    cameras = seen.get("cameras", ())
    return bool(seen.get("up")) and bool(cameras) and all(each["up"] for each in cameras)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Nanoseconds of CLOCK_BOOTTIME, by the world's truth."""

    came_ns: int
    left_ns: int

    def within(self, first_ns: int, last_ns: int) -> bool:
        """It came, and was told of, in that time."""
        return first_ns <= self.came_ns and self.left_ns + _ns(CONCLUDED_S) <= last_ns

    def times(self, told: Iterable[Line]) -> int:
        """How often it was told of.  Vehicles of one film are further apart than this reaches."""
        last = self.left_ns + _ns(CONCLUDED_S)
        return sum(self.came_ns <= line["mono_ns"] <= last for line in told)


def vehicles(lines: Sequence[Line]) -> list[Vehicle]:
    """All that have passed."""
    came = {line["passage"]: line["mono_ns"] for line in lines if line.get("what") == "coming"}
    passed = [line for line in lines if line.get("what") == "passage"]
    return [
        Vehicle(came[line["passage"]], came[line["passage"]] + _ns(line["seconds"]))
        for line in passed
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """``due``: vehicles that were in view while the camera was well; ``kept``: told once each."""

    due: int
    kept: int
    twice: int
    stray: int  # events of no vehicle

    @property
    def whole(self) -> bool:
        return self.due == self.kept and not self.twice and not self.stray


def tally(
    passed: Sequence[Vehicle], told: Sequence[Line], well: Iterable[tuple[int, int]]
) -> Tally:
    """``well``: spans in which eyes and camera were there.  Others may be told of, but once."""
    spans = list(well)
    due = [one for one in passed if any(one.within(*span) for span in spans)]
    counted = [one.times(told) for one in passed]
    return Tally(
        due=len(due),
        kept=sum(one.times(told) == 1 for one in due),
        twice=sum(max(0, times - 1) for times in counted),
        stray=max(0, len(told) - sum(counted)),
    )


def doors(world: World, times: int) -> list[float]:
    """A code at the serial reader, again and again; 99 for a door that stayed shut."""
    took = list[float]()
    for _ in range(times):
        took.append(opens(world) or 99.0)
        time.sleep(DOOR_EVERY_S)
    return took


def as_fast(before: Sequence[float], meanwhile: Sequence[float]) -> bool:
    return max(meanwhile) < SLOWEST_DOOR_S and median(meanwhile) < median(before) + SLOWER_S


def told_doors(before: Sequence[float], meanwhile: Sequence[float]) -> dict[str, object]:
    return {
        "doors": len(before) + len(meanwhile),
        "door_before_s": round(median(before), 3),
        "door_meanwhile_s": round(median(meanwhile), 3),
        "slowest_door_s": round(max(meanwhile), 3),
    }


def now_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
