"""What an eye says, before the post has put its stamp on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.model.evidence import Shot
from agent.model.messages import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An event of ``camera``.  ``mono_ns``: when the frame was there, CLOCK_BOOTTIME."""

    camera: str
    kind: str
    mono_ns: int
    data: Mapping[str, Value] = field(default_factory=dict)
    point: str | None = None
    raw: bytes = field(default=b"", repr=False)
    shots: tuple[Shot, ...] = ()


Say = Callable[[Said], None]
"""Never waits, never raises."""
