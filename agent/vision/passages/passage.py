"""A vehicle that passed: one for each, whatever many frames showed of it."""

from dataclasses import dataclass
from typing import Literal

from agent.model.messages import Value
from agent.vision.found import Corners
from agent.vision.passages.direction import Direction

Without = Literal["plate", "paper"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """``plate`` None: there was none (``without``), or none that can be told.  ``unsure``: nobody
    should open a gate for it.  ``confidence``: that all of ``plate`` is right, 0 to 1; of it,
    ``chances`` has each sign's.  ``best``: the frame whose picture is to be kept, with the plate
    at ``corners`` in it; ``best`` is one of those that were held.  Times: CLOCK_BOOTTIME.
    """

    id: str
    plate: str | None
    unsure: bool
    colour: str | None
    kind: str | None
    confidence: float
    runner_up: str | None
    direction: Direction
    frames: int  # in which it was seen
    began_ns: int
    ended_ns: int  # when it was told, or seen last
    best: int
    corners: Corners | None = None
    without: Without | None = None
    chances: tuple[float, ...] = ()


def fields(passage: Passage) -> dict[str, Value]:
    """The data of its ``vehicle_passed``."""
    data: dict[str, Value] = {
        "passage": passage.id,
        "plate": passage.plate,
        "unsure": passage.unsure,
        "colour": passage.colour,
        "kind": passage.kind,
        "confidence": passage.confidence,
        "runner_up": passage.runner_up,
        "direction": passage.direction,
        "frames": passage.frames,
    }
    return data if passage.without is None else {**data, "without": passage.without}
