"""GM65-class QR readers (GM65, GM65-S, GM805, GM861): a code shown is an event.

The reader must be set to end each code with CR, CR LF or LF (zone 0x0060, as delivered CR).  A
code without an end is never reported: it would only be known for whole when the next person shows
theirs, and would open the door for the wrong one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.codecs.gm65 import Codes, Scan
from agent.model.messages import Event, Message
from agent.model.time import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Gm65Options:
    """``idle_ms``: silence after which a code that was begun is forgotten."""

    idle_ms: Annotated[int, Interval(ge=20, le=5000)] = 400  # the module's own limit in a frame


class Gm65:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, Gm65Options) else Gm65Options()
        self._seat, self._idle_ns = seat, options.idle_ms * 1_000_000
        self._codes = Codes()
        self._last: Stamp | None = None

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        if self._last is not None and at.mono_ns - self._last.mono_ns > self._idle_ns:
            self._codes.reset()
        self._last = at
        scans = [frame for frame in self._codes.feed(data) if isinstance(frame, Scan)]
        return [self._event(scan.code, at) for scan in scans if scan.code]

    def _event(self, code: bytes, at: Stamp) -> Event:
        return Event(
            device=self._seat.device,
            at=at,
            kind="code_scanned",
            data={"code_sha256": sha256(code).hexdigest(), "length": len(code)},
            point=self._seat.point,
            raw=code,
        )


MODEL = Model(
    name="gm65",
    build=Gm65,
    options=Gm65Options,
    zh="GM65 系列二维码扫描模块",
    en="GM65-class QR reader",
    baud=9600,
    shares=False,
    urgent=True,
    protocol="gm65",
    tells=("code_scanned",),
)
