"""What a camera is used for: each sense gets the frames that are worth a close look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from agent.config import settings
from agent.vision.cameras.frame import Frame
from agent.vision.cameras.masks import Region
from agent.vision.found import Corners, FoundCode, FoundPlate
from agent.vision.passages.trigger import Motion
from agent.vision.pictures import Picture
from agent.vision.said import Said, Say
from agent.vision.shown import Shown

SECOND: Final = 1_000_000_000
CODES_FPS: Final = 10.0  # a phone is held out for a second or more


@dataclass(frozen=True, slots=True)
class Found:
    """Of one frame, for the live view."""

    plates: tuple[FoundPlate, ...] = ()
    codes: tuple[FoundCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """``name``: makes the name of a camera's next passage.  ``picture_bytes``: of one passage."""

    say: Say
    name: Callable[[str], str]
    picture_bytes: int


Before = tuple[str | None, str, int]
"""A vehicle that was told of: its plate, "in", "out" or "unknown", and when."""


class Sense(Protocol):
    """Of one camera.  All calls on the thread of the loop, with times that do not go back."""

    def remember(self, before: Sequence[Before]) -> None:
        """Vehicles that were told of before this process was there, oldest first."""
        ...

    def see(self, frame: Frame, motion: Motion) -> Found:
        """A frame of a burst.  Unreadable."""
        ...

    def passed(self, mono_ns: int) -> None:
        """Time went on; about once a second."""
        ...

    def close(self, mono_ns: int) -> None:
        """There will be no more frames: conclude what can be concluded."""
        ...


class SeesCodes(Protocol):
    """agent.vision.codes"""

    def see(self, frame: Picture, mono_ns: int) -> Sequence[FoundCode]: ...


class Codes:
    """Tells codes as a reader of codes tells them (agent.drivers.doors.codes)."""

    def __init__(self, camera: settings.Camera, watch: SeesCodes, say: Say) -> None:
        """``watch``: of this camera alone."""
        self._camera, self._watch, self._say = camera, watch, say
        self._region, self._shown = Region(camera.region), Shown()
        self._due_ns = 0

    def remember(self, before: Sequence[Before]) -> None:
        """Codes are judged by a stage of the core, which remembers them itself."""

    def see(self, frame: Frame, motion: Motion) -> Found:
        del motion  # a phone that is held still is read as well
        if frame.mono_ns < self._due_ns:
            return Found()
        self._due_ns = frame.mono_ns + int(SECOND / CODES_FPS)
        picture = frame.picture
        seen = self._watch.see(picture, frame.mono_ns)
        codes = tuple(code for code in seen if within(self._region, code.corners, picture))
        for code in codes:
            if self._shown.is_new(code.payload, frame.mono_ns):
                self._tell(code.payload, frame.mono_ns)
        return Found(codes=codes)

    def passed(self, mono_ns: int) -> None:
        """Codes do not wait for anything."""

    def close(self, mono_ns: int) -> None:
        """What was seen has been told."""

    def _tell(self, payload: bytes, mono_ns: int) -> None:
        self._say(
            Said(
                camera=self._camera.id,
                kind="code_scanned",
                mono_ns=mono_ns,
                data={"code_sha256": sha256(payload).hexdigest(), "length": len(payload)},
                point=self._camera.point,
                raw=payload,
            )
        )


def within(region: Region, corners: Corners, picture: Picture) -> bool:
    """Whether its middle lies there."""
    height, width = picture.shape[:2]
    x, y = (sum(corner[way] for corner in corners) / 4 for way in (0, 1))
    return region.holds(x / width, y / height)
