"""Pictures of one passage: what goes from the eyes to the store that keeps them."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from agent.model.time import Stamp

MOST_BYTES = 100 * 1024
"""Of one passage's pictures, all together: a scene and a crop of a plate as JPEG take 70 KB."""

SCENE, CROP = "scene", "crop"
ROLES = (SCENE, CROP)
"""The whole picture (masks burnt in), and the plate alone."""

JPEG = b"\xff\xd8\xff"
"""What every JPEG begins with: ITU-T T.81, SOI and the first marker."""


@dataclass(frozen=True)  # no slots: the hash is worked out once
class Shot:
    """One JPEG."""

    role: str
    jpeg: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return sha256(self.jpeg).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """``passage`` names the vehicle's passage, once in the life of a box; it is what the event
    calls ``evidence``.  ``plate`` is personal: who prints it masks it."""

    passage: str
    camera: str
    at: Stamp
    shots: tuple[Shot, ...]
    plate: str | None = field(default=None, repr=False)
    direction: str = "unknown"
