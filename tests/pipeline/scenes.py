"""What a scale may say in a morning, for hypothesis: runs, lone values, doubts, falls, boots."""

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from agent.model.messages import Event, Message, Quality, Reading
from agent.model.time import Stamp
from agent.pipeline.base import Stage

MS = 1_000_000
VALUES = (0.0, 0.01, 0.06, 1.5, 1.50001, 1.51, 3.0, 12.34, 999.0, -0.02)
"""Empty, under Min, loads, two that are kept as one, and one that is out of ``sane``'s range."""

good = st.just(Quality.GOOD)
qualities = st.one_of(good, good, good, st.sampled_from(Quality))
steps = st.sampled_from((0, 1, 50, 100, 100, 100, 250, 900, 1000, 5000, 70_000))
pieces = st.tuples(
    st.sampled_from(VALUES), st.integers(1, 14), steps, qualities, st.sampled_from(("", "", "b"))
)
breaks = st.sampled_from(("away", "boot", "other"))
scenes = st.lists(st.one_of(pieces, pieces, pieces, pieces, breaks), max_size=25)
Scene = Sequence[tuple[float, int, int, Quality, str] | str]


def play(scene: Scene, device: str = "scale") -> list[Message]:
    """A piece is value, frames, milliseconds between them, quality and point."""
    told: list[Message] = []
    boot, now = 0, 0
    for piece in scene:
        if isinstance(piece, tuple):
            value, frames, step, quality, point = piece
            for _ in range(frames):
                now += step * MS
                told.append(reading(value, now, f"boot-{boot}", quality, device, point or None))
        elif piece == "boot":
            boot, now = boot + 1, 0
        elif piece == "away":
            told.append(event("device_away", now, f"boot-{boot}", device))
        else:
            told.append(reading(now / 1e9, now, f"boot-{boot}", device="noise", quantity="co2"))
    return told


def reading(  # noqa: PLR0917  # a builder of test data
    value: float,
    mono_ns: int,
    boot: str = "boot-0",
    quality: Quality = Quality.GOOD,
    device: str = "scale",
    point: str | None = None,
    quantity: str = "weight",
) -> Reading:
    at = Stamp(boot, mono_ns)
    return Reading(
        device=device, at=at, quantity=quantity, value=value, quality=quality, point=point
    )


def event(kind: str, mono_ns: int = 0, boot: str = "boot-0", device: str = "scale") -> Event:
    return Event(device=device, at=Stamp(boot, mono_ns), kind=kind)


def run(stage: Stage, messages: Iterable[Message]) -> list[Message]:
    return [out for message in messages for out in stage(message)]


def readings(messages: Iterable[Message]) -> list[Reading]:
    return [message for message in messages if isinstance(message, Reading)]


def concluded(messages: Iterable[Message]) -> list[Message]:
    return [m for m in messages if not isinstance(m, Reading) and m.by is not None]
