"""Whether something comes or goes where a camera looks, told from small grey thumbnails.

Light changes more often than the world does: lamps flicker, clouds pass, headlights sweep a wall,
shadows wander.  All these scale brightness smoothly, while things that come bring edges.  So the
slopes of the picture's logarithm are compared, cell by cell, with those that are usual there.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

SECOND: Final = 1_000_000_000
CELL: Final = 4  # pairs of pixels of a thumbnail of 160 x 90: a person far away covers one cell
DARK: Final = 16.0  # grey levels added before the logarithm: noise of 5 in the dark stays small
LEAST: Final = 0.035  # mean change of slope; sensor noise of 4 levels has 0.02, a car 0.1 and more
NOISE: Final = 2.2  # times what a cell does of itself: rain, leaves
ENOUGH: Final = 0.02  # of the cells: two cars' lengths away a car covers 3 %
WARM: Final = 8  # looks at first, to learn how much a cell does of itself
CALM: Final = 0.1
ALIKE: Final = 4.0
"""Share of the cells that are calm even then, and how many times their power others have of
themselves: at night 4.  More is something that passes."""

CALM_S: Final = 4.0  # a calm cell becomes usual as fast as light changes
BUSY_S: Final = 120.0  # a busy one hardly does: what passes must leave no ghost
STILL_S: Final = 8.0  # what stands for so long is part of the scene; who passes before it or not
SOON_S: Final = 2.0  # at first for so long only: what was there when the camera came may be a guest
YOUNG: Final = 5.0  # that for so many times as long
TAKEN_S: Final = 1.0  # and is taken over so fast
BACK: Final = 0.8  # of the cells of what stood there: so many look as before it came, so it went
LATELY_S: Final = 0.5
NOISE_S: Final = 60.0
LOOP_S: Final = 30.0  # an input is believed for so long: a loop may hang
LONGEST_S: Final = 1.0  # between two looks, as far as learning goes

Thumb = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
T = TypeVar("T", np.float32, np.bool_)
Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the picture, x to the right and y down."""


@dataclass(frozen=True, slots=True)
class Motion:
    """``share``: of the region that changes, 0 to 1.  ``loop``: an input says so, too."""

    active: bool
    box: Box | None = None
    share: float = 0.0
    loop: bool = False


STILL: Final = Motion(active=False)


class Trigger:
    """Of one camera.  Thumbnails of always the same size, in their order, 2 to 30 a second."""

    def __init__(self, inside: npt.NDArray[np.generic] | None = None) -> None:
        """``inside``: not 0 where the region is, height x width of a thumbnail; None: all of it."""
        self._inside = inside
        self._cells: _Cells | None = None
        self._seen_ns = 0
        self._loop_ns: int | None = None

    def loop(self, active: bool, mono_ns: int) -> None:
        """An input says that a vehicle is there, or is not any more."""
        self._loop_ns = mono_ns if active else None

    def see(self, thumb: Thumb, mono_ns: int) -> Motion:
        if self._cells is None:
            self._cells = _Cells(thumb, self._inside)
        passed_s = min(LONGEST_S, max(0.0, (mono_ns - self._seen_ns) / SECOND))
        self._seen_ns = mono_ns
        busy = self._cells.look(thumb, passed_s)
        share = float(busy.sum() / self._cells.count)
        loop = self._loop_ns is not None and mono_ns - self._loop_ns < LOOP_S * SECOND
        active = share >= ENOUGH or loop
        return Motion(active, _box(busy) if active else None, share, loop)


class _Cells:
    """What is usual in each cell, and which are not as usual."""

    def __init__(self, thumb: Thumb, inside: npt.NDArray[np.generic] | None) -> None:
        first = _logarithm(thumb)
        self._usual, self._before, self._lately, self._rested = (first.copy() for _ in range(4))
        within = np.ones(thumb.shape, np.bool_) if inside is None else inside != 0
        self._inside: Flags = _means(_halved(within)) >= 0.5
        self.count = max(1, int(self._inside.sum()))
        self._power = np.full(self._inside.shape, (LEAST / NOISE) ** 2, np.float32)
        self._busy: Flags = np.zeros(self._inside.shape, np.bool_)
        self._guest = self._busy.copy()  # before what stands there now there was something else
        self._still_s = np.zeros(self._inside.shape, np.float32)
        self._looks, self._age_s = 0, 0.0

    def look(self, thumb: Thumb, passed_s: float) -> Flags:
        """Which are busy for a second look; at first none is, as nobody knows what is usual."""
        self._looks, self._age_s = self._looks + 1, self._age_s + passed_s
        now = _logarithm(thumb)
        limit = np.maximum(LEAST, NOISE * np.sqrt(self._power))
        self._come_back(now, limit)
        change = _means(_slope(now - self._usual))
        busy: Flags = (change > limit) & (self._looks > WARM)
        within = _filled(busy)
        rests = within & ~(_means(_slope(now - self._lately)) > limit)
        stays, self._busy = busy & self._busy, busy
        self._rest(within, rests, limit, passed_s)
        taken = rests & (self._still_s >= self._enough_s)
        self._guest |= taken
        self._learn(now, within, taken, passed_s)
        self._learn_noise(np.minimum(change, 2 * limit), stays, passed_s)
        return stays & self._inside

    def _come_back(self, now: Floats, limit: Floats) -> None:
        """What stood there for long has gone: what was there before is usual again, at once."""
        guests = int(self._guest.sum())
        if guests:
            same = self._guest & (_means(_slope(now - self._before)) <= limit)
            if same.sum() >= BACK * guests:
                self._usual[:] = self._before
                self._guest[:] = False

    @property
    def _enough_s(self) -> float:
        """What stands for so long is part of the scene."""
        return float(np.clip(self._age_s / YOUNG, SOON_S, STILL_S))

    def _learn_noise(self, change: Floats, stays: Flags, passed_s: float) -> None:
        """From what comes and goes between two looks, and not from what passes."""
        warm = self._looks <= WARM
        part = np.float32(1 / self._looks) if warm else _part(passed_s, NOISE_S)
        self._power += np.where(stays, 0, part) * (change**2 - self._power)
        if self._looks == WARM:
            calm = np.quantile(self._power, CALM)
            self._power = np.minimum(self._power, np.float32(ALIKE * calm))

    def _rest(self, within: Flags, rests: Flags, limit: Floats, passed_s: float) -> None:
        """How long the same has stood in each cell, less what else stood there: a road that was
        learned with a vehicle on it shows itself between those that pass."""
        other = rests & (_unlike(self._lately - self._rested) > limit)
        stood = self._still_s + np.where(other | ~within, -1, rests) * np.float32(passed_s)
        self._still_s = np.clip(stood, 0, STILL_S)
        new = other & (self._still_s == 0)
        self._rested = np.where(_spread(new, self._lately.shape), self._lately, self._rested)

    def _learn(self, now: Floats, within: Flags, taken: Flags, passed_s: float) -> None:
        """Smooth paint changes no slope: what is between busy cells is not learned, either."""
        slow = np.where(within, _part(passed_s, BUSY_S), _part(passed_s, CALM_S))
        rate = np.where(taken, _part(passed_s, TAKEN_S), slow)
        self._usual += _spread(rate.astype(np.float32), now.shape) * (now - self._usual)
        self._lately += _part(passed_s, LATELY_S) * (now - self._lately)
        self._before = np.where(_spread(self._guest, now.shape), self._before, self._usual)


def _filled(busy: Flags) -> Flags:
    """With all cells that have busy ones left and right of them, or above and below."""
    along, back = np.logical_or.accumulate, slice(None, None, -1)
    across = along(busy, axis=1) & along(busy[:, back], axis=1)[:, back]
    down = along(busy, axis=0) & along(busy[back], axis=0)[back]
    return np.asarray(across | down, np.bool_)


def _part(passed_s: float, in_s: float) -> np.float32:
    """Of the way to a new value, for a memory that lasts ``in_s``."""
    return np.float32(1 - np.exp(-passed_s / in_s))


def _logarithm(thumb: Thumb) -> Floats:
    """Of a picture half as wide and high: rain and noise are smaller than that."""
    return np.asarray(np.log(_halved(thumb) + np.float32(DARK)), np.float32)


def _halved(thumb: npt.NDArray[np.generic]) -> Floats:
    high, wide = thumb.shape[0] // 2 * 2, thumb.shape[1] // 2 * 2
    whole = thumb[:high, :wide].astype(np.float32)
    rows = whole[0::2] + whole[1::2]
    return np.asarray((rows[:, 0::2] + rows[:, 1::2]) / 4, np.float32)


def _slope(values: Floats) -> Floats:
    slope = np.zeros_like(values)
    slope[:, 1:] += np.abs(np.diff(values, axis=1))
    slope[1:, :] += np.abs(np.diff(values, axis=0))
    return slope


def _unlike(values: Floats) -> Floats:
    """How much each cell differs within itself: what is next to it is another thing."""
    return _means(np.abs(values - _spread(_means(values), values.shape)))


def _means(values: Floats) -> Floats:
    """Of each cell; those at the right and lower edge may be smaller."""
    rows = np.arange(0, values.shape[0], CELL)
    columns = np.arange(0, values.shape[1], CELL)
    sums = np.add.reduceat(np.add.reduceat(values, rows, axis=0), columns, axis=1)
    high = np.diff(np.append(rows, values.shape[0]))
    wide = np.diff(np.append(columns, values.shape[1]))
    return np.asarray(sums / np.outer(high, wide), np.float32)


def _spread(cells: npt.NDArray[T], shape: tuple[int, ...]) -> npt.NDArray[T]:
    whole = np.repeat(np.repeat(cells, CELL, axis=0), CELL, axis=1)
    return whole[: shape[0], : shape[1]]


def _box(busy: Flags) -> Box | None:
    ys, xs = np.nonzero(busy)
    if not len(xs):
        return None
    height, width = busy.shape
    left, right = float(xs.min() / width), float((xs.max() + 1) / width)
    return (left, float(ys.min() / height), right, float((ys.max() + 1) / height))
