"""A moment, as a box without a clock battery can know it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TimeQuality(StrEnum):
    """How far ``utc_ns`` may be believed."""

    TRUSTED = "trusted"  # a source confirmed it lately
    HOLDOVER = "holdover"  # it was confirmed once, and the monotonic clock carried it on
    UNTRUSTED = "untrusted"  # nobody confirmed it in this boot


@dataclass(frozen=True, slots=True)
class Stamp:
    """When something was captured.

    ``boot`` and ``mono_ns`` (CLOCK_BOOTTIME, nanoseconds) are always true and give the order
    within one boot.  ``utc_ns`` (nanoseconds since 1970) is None while nobody has told the time.
    """

    boot: str
    mono_ns: int
    utc_ns: int | None = None
    tq: TimeQuality = TimeQuality.UNTRUSTED

    @property
    def offset_ns(self) -> int | None:
        """What turns this boot's monotonic time into UTC; equal for all stamps of one anchor."""
        return None if self.utc_ns is None else self.utc_ns - self.mono_ns


Now = Callable[[], Stamp]

TICK_NS = 1_000_000
"""Stamps are whole milliseconds: a byte at 9600 baud takes one, and each further digit would cost
two thirds of a byte per reading on the way to the platform (docs/benchmarks.md)."""


def whole(mono_ns: int) -> int:
    """A monotonic time as stamps hold it."""
    return mono_ns // TICK_NS * TICK_NS


def utc_text(utc_ns: int) -> str:
    """RFC 3339 with ``Z``, microseconds (what the platform's databases keep)."""
    moment = _EPOCH + timedelta(microseconds=utc_ns // 1000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def utc_from_text(text: str) -> int:
    """Nanoseconds since 1970.  ValueError unless ``text`` is RFC 3339 with an offset or ``Z``."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {text}")
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
