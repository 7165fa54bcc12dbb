"""Passages with pictures, on days that tests choose, and an album to put them in."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.model.evidence import Shot, Taken
from agent.model.time import Stamp, TimeQuality
from agent.store.album import DAY_NS, NAME, Album
from agent.store.audit import Deed
from agent.store.desk import Desk
from agent.store.tuning import Tuning

TUNING = Tuning(steady_s=0.0)
DAY_0 = 20_000 * DAY_NS
TERM = 30 * DAY_NS
ALICE = Deed(who="alice", by="王工", action="view", why="case 7")


def when(day: float, boot: str = "boot", tq: TimeQuality = TimeQuality.TRUSTED) -> Stamp:
    """Day 0 is when each boot began."""
    mono_ns = int(day * DAY_NS)
    return Stamp(boot, mono_ns, DAY_0 + mono_ns, tq)


def unknown(day: float, boot: str = "boot") -> Stamp:
    return Stamp(boot, int(day * DAY_NS))


def picture(seed: int, size: int = 20_000) -> bytes:
    return b"\xff\xd8\xff" + random.Random(seed).randbytes(size)


def taken(number: int, at: Stamp, size: int = 20_000) -> Taken:
    shots = (
        Shot("scene", picture(number, size)),
        Shot("crop", picture(number + 10_000, size // 10)),
    )
    return Taken(
        passage=f"p-{number}", camera=f"cam-{number % 2}", at=at, shots=shots, plate="湘A1"
    )


@contextmanager
def album(directory: Path) -> Iterator[tuple[Album, Desk]]:
    made = Album.open(directory, TUNING)
    try:
        yield made, Desk(made)
    finally:
        made.close()


def there(desk: Desk) -> list[str]:
    return [kept.passage for kept in reversed(desk.newest(1000))]


def on_disk(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.glob(f"{NAME}*")))


def pieces(jpeg: bytes, disk: bytes) -> int:
    """How many of its pieces can be found, away from where pages may cut them."""
    return sum(
        any(jpeg[at + d : at + d + 16] in disk for d in (0, 32))
        for at in range(0, len(jpeg) - 399, 400)
    )
