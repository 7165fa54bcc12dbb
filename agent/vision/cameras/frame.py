"""One frame of a camera, unpacked no further than somebody asks.

Most frames are only looked at as a thumbnail, to see whether anything moves.  A JPEG gives that
three times as fast as the whole picture (1080p on one x86 core: 4 ms in place of 13), so a packed
frame stays packed until somebody wants more.  Masks are burnt into whatever comes out, by the
frame itself: nobody after it can forget them.
"""

import time

import cv2
import numpy as np

from agent.vision import pictures
from agent.vision.cameras.jpeg import NoJpeg, size_of
from agent.vision.cameras.masks import NO_MASKS, Masks
from agent.vision.pictures import Picture, Unreadable

MOST_PIXELS = 3840 * 2160  # of a frame: 4K, 25 MB unpacked; a box of 1 GB holds a few of them
QUALITY = 92  # of a frame that came unpacked and is kept packed
THUMB = (160, 90)
"""Width and height of a thumbnail, whatever the picture's shape: it is measured, not shown."""


class Frame:
    """``mono_ns``: when its last byte was there (CLOCK_BOOTTIME).  ``number`` counts the frames of
    one opening, those that were passed over among them.  Used by one thread at a time."""

    def __init__(self, packed: bytes | Picture, mono_ns: int, number: int) -> None:
        """``packed``: a JPEG, or a picture in blue, green, red that is this frame's alone."""
        self.mono_ns, self.number = mono_ns, number
        self._packed = packed
        self._masks = NO_MASKS
        self._picture: Picture | None = None
        self._thumb: Picture | None = None

    def hide(self, masks: Masks) -> None:
        """All that comes out of it from now on has these masks.  Once, before anything does."""
        self._masks = masks

    def kept(self) -> "Frame":
        """The same, packed: little memory for as long as somebody wants it.  Unreadable."""
        packed = self._packed
        if isinstance(packed, bytes):
            other = Frame(packed, self.mono_ns, self.number)
            other.hide(self._masks)
            return other
        _, data = cv2.imencode(".jpg", self.picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        return Frame(data.tobytes(), self.mono_ns, self.number)

    @property
    def picture(self) -> Picture:
        """Blue, green, red; the same array each time.  Unreadable."""
        if self._picture is None:
            packed = self._packed
            whole = _unpacked(packed) if isinstance(packed, bytes) else packed
            self._masks.burn(whole)
            self._picture = whole
        return self._picture

    def thumb(self) -> Picture:
        """Grey, of the size ``THUMB``; the same array each time.  Unreadable."""
        if self._thumb is None:
            packed = self._packed
            if isinstance(packed, bytes):
                near = _decoded(packed, cv2.IMREAD_REDUCED_GRAYSCALE_8)
            else:
                near = _thinned(self.picture)
            self._thumb = np.asarray(
                cv2.resize(near, THUMB, interpolation=cv2.INTER_AREA), np.uint8
            )
            self._masks.burn(self._thumb)
        return self._thumb

    def half(self) -> Picture:
        """Grey, half as wide and high as the picture: to judge how sharp it is.  Unreadable."""
        packed = self._packed
        if isinstance(packed, bytes):
            grey = _decoded(packed, cv2.IMREAD_REDUCED_GRAYSCALE_2)
        else:
            small = cv2.resize(self.picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        self._masks.burn(grey)
        return grey


def now_ns() -> int:
    """As stamps count: CLOCK_BOOTTIME (agent.clock.boot)."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _thinned(whole: Picture) -> Picture:
    """About twice as wide as a thumbnail: leaving out pixels is cheap, and keeps the noise by
    which a live picture is told from a frozen one."""
    step = max(1, min(whole.shape[1] // THUMB[0], whole.shape[0] // THUMB[1]) // 2)
    thin = np.ascontiguousarray(whole[::step, ::step])
    return np.asarray(cv2.cvtColor(thin, cv2.COLOR_BGR2GRAY), np.uint8)


def _unpacked(jpeg: bytes) -> Picture:
    _must_fit(jpeg)
    return pictures.from_bytes(jpeg)


def _decoded(jpeg: bytes, how: int) -> Picture:
    _must_fit(jpeg)
    try:
        grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), how)
    except cv2.error as why:
        raise Unreadable(f"图片损坏 the picture is broken: {why.err}") from why
    if grey is None:
        raise Unreadable("不是图片 no picture that we can read")
    return np.asarray(grey, np.uint8)


def _must_fit(jpeg: bytes) -> None:
    """Unreadable, before any memory is given to a picture that is too large."""
    try:
        width, height = size_of(jpeg)
    except NoJpeg as why:
        raise Unreadable(f"不是 JPEG no JPEG: {why}") from why
    if not 0 < width * height <= MOST_PIXELS:
        raise Unreadable(f"{width}x{height} 像素过多 are too many pixels, {MOST_PIXELS} at most")
