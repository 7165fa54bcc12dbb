"""What every codec is made of: one function that looks at the head of a buffer.

``take(buffer, direction)`` says what stands at the very start of ``buffer``:

* ``Got(frame, used)``: a whole frame of ``used`` bytes whose check holds;
* ``Bad(why, used)``: no frame; ``used`` is how far the wreck reaches, as well as can be told;
* ``NOISE``: no frame begins with this byte;
* ``MORE``: a frame may be beginning, and the rest is not there yet.

``buffer`` is never empty.  ``take`` never raises.  Everything else (streams,
finding answers, ``linli decode``) is built once, on top of it: ``Stream`` and ``search`` here,
``Lines`` in ``lines.py``, ``judge`` in ``judge.py``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from agent.line.asking import Found

F = TypeVar("F")
"""The codec's own frame, immutable."""
F_co = TypeVar("F_co", covariant=True)


class Why(StrEnum):
    """The reasons of ``linli decode``; others script against the words, so they stay."""

    CHECKSUM = "checksum"
    TRUNCATED = "truncated"
    FORMAT = "format"
    VERSION = "version"
    KEY = "key"
    REPLAY = "replay"
    RANGE = "range"


class Direction(StrEnum):
    HOST = "host"  # from us to the device
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an advertisement is read with beside its own bytes; None is not known.

    ``address``: ``AA:BB:CC:DD:EE:FF``, upper case.  ``key``: that opens what is encrypted.
    ``service``: whose service data it is, 128-bit UUID in lower case.
    """

    address: str | None = None
    key: bytes | None = None
    service: str | None = None


NOTHING: Final = Given()


@dataclass(frozen=True, slots=True)
class Got(Generic[F_co]):
    frame: F_co
    used: int


@dataclass(frozen=True, slots=True)
class Bad:
    why: Why
    used: int


class More:
    """The head may be a frame that is not all there yet."""


MORE: Final = More()
NOISE: Final = Bad(Why.FORMAT, 1)

Taken = Got[F] | Bad | More
Take = Callable[[bytes, Direction | None], Taken[F]]


class Stream(Generic[F]):
    """Frames out of bytes that come in any portions.  Noise is skipped byte by byte.

    ``most`` bounds the buffer: more bytes than the longest frame, without a frame, are noise.
    """

    def __init__(
        self, take: Take[F], most: int, direction: Direction | None = Direction.DEVICE
    ) -> None:
        self._take, self._most, self._direction = take, most, direction
        self._buffer = b""

    def feed(self, data: bytes) -> list[F]:
        buffer, at, frames = self._buffer + data, 0, list[F]()
        while at < len(buffer):
            taken = self._take(buffer[at : at + self._most], self._direction)
            if isinstance(taken, Got):
                frames.append(taken.frame)
                at += taken.used
            elif isinstance(taken, Bad) or len(buffer) - at >= self._most:
                at += 1  # one byte only: a false start must not hide the frame behind it
            else:
                break
        self._buffer = buffer[at:]
        return frames


def search(take: Take[F], heard: bytes, wanted: Callable[[F], bool]) -> Found[F] | None:
    """The first frame from a device that is ``wanted``; echo and noise may stand before it."""
    at = 0
    while at < len(heard):
        taken = take(heard[at:], Direction.DEVICE)
        if isinstance(taken, Got):
            if wanted(taken.frame):
                return Found(taken.frame, at, at + taken.used)
            at += taken.used
        else:
            at += 1
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One name of ``linli decode --list``.

    ``show`` gives the fields of a frame as JSON values, named as in docs/devices.  ``most`` is
    the longest frame in bytes.  ``inside`` finds frames within a wreck; it is ``take`` except
    where any bytes could be a frame.  ``holds``, for frames that no mark begins, says whether the
    check holds over exactly these bytes.  ``end`` may be missing from the last frame of a
    capture, as people copy it.  ``checked``: every frame carries a check, so a frame is proof.

    Of the radio: ``given`` names the fields of ``Given`` that help to read it, and ``reader`` makes
    a ``take`` that has them and hears one device, in order: a counter that runs back is a replay.
    ``needs``: a module that is installed beside Linli, if at all.
    """

    name: str
    take: Take[Any]
    show: Callable[[Any], Mapping[str, object]]
    most: int
    inside: Take[Any] | None = None
    holds: Callable[[bytes], bool] | None = None
    end: bytes = b""
    checked: bool = False
    given: tuple[str, ...] = ()
    reader: Callable[[Given], Take[Any]] | None = None
    needs: str = ""
