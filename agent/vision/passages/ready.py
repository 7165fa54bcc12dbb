"""When a vehicle can be told of, and whether what was tracked is one."""

from collections.abc import Iterable
from typing import Final

from agent.vision.passages.track import SECOND, Track

OVERWHELMING: Final = 0.99  # confidence: what comes later will hardly change it
FRAMES: Final = 4  # legible ones, to say so
NEAR: Final = 60.0  # pixels of a plate: a sign is 6 wide then; of smaller ones too many are guessed
FEW: Final = 4  # frames make a vehicle
AGREED: Final = 2  # or so many, if they agree
PATIENCE_NS: Final = 4 * SECOND  # a driver waits, and no more will be known
COMPANION: Final = 4.0  # widths: what is found beside a plate on the same vehicle


def is_ready(track: Track, *, loop: bool) -> bool:
    """``loop``: an input says that a vehicle is there."""
    path, verdict = track.path, track.verdict
    if track.ballot.legible < FRAMES or not (path.moved or loop):
        return False
    if path.stands(track.seen_ns) or loop:
        waits = track.seen_ns - track.began_ns >= PATIENCE_NS
        return waits or (not verdict.unsure and verdict.confidence >= OVERWHELMING)
    sure = not verdict.unsure and verdict.confidence >= OVERWHELMING
    return sure and path.course != "unknown" and path.end.width >= NEAR


def is_vehicle(track: Track, others: Iterable[Track]) -> bool:
    """Of a track that is over.  What never moved is a sign on a wall, or was there before."""
    least = FEW if track.verdict.unsure else AGREED
    if track.frames < least or not track.path.moved:
        return False
    return not any(_is_part_of(track, other) for other in others)


def _is_part_of(track: Track, other: Track) -> bool:
    """Lettering that was taken for a plate, on a vehicle that has one."""
    together = track.beside.get(other.number, 0)
    scarce = track.verdict.text is None or track.frames < other.frames / 3
    near = track.where.apart(other.where) <= COMPANION
    return track.verdict.unsure and scarce and near and 2 * together >= track.frames
