"""Where in a QR code of version 1 to 10 what stands (ISO/IEC 18004, 6.3, 7.5 to 7.9).

Everything is an array over the code's modules, rows from the top, True where it is dark.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

Modules = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

LAST: Final = 10
LEVELS: Final = ("M", "L", "H", "Q")  # by the two bits of the format, 7.9
PARITY: Final = {  # codewords of correction in each block, table 9
    "L": (7, 10, 15, 20, 26, 18, 20, 24, 30, 18),
    "M": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26),
    "Q": (13, 22, 18, 26, 18, 24, 18, 22, 20, 24),
    "H": (17, 28, 22, 16, 22, 28, 26, 26, 24, 28),
}
BLOCKS: Final = {
    "L": (1, 1, 1, 1, 1, 2, 2, 2, 2, 4),
    "M": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5),
    "Q": (1, 1, 2, 2, 4, 4, 6, 6, 8, 8),
    "H": (1, 1, 2, 4, 4, 4, 5, 6, 8, 8),
}
ALIGNED: Final = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46), (28, 50))
"""Centres of alignment patterns beside 6, annex E."""

FORMAT_MASK: Final = 0b101010000010010


@dataclass(frozen=True, slots=True)
class Format:
    """``bits``: the fifteen as they stand in the code, the highest first."""

    level: str
    mask: int
    bits: tuple[bool, ...]


def formats() -> tuple[Format, ...]:
    return tuple(_format(value) for value in range(32))


@cache
def _format(value: int) -> Format:
    rest = value << 10
    for at in range(14, 9, -1):
        if rest >> at & 1:
            rest ^= 0b10100110111 << (at - 10)
    word = (value << 10 | rest) ^ FORMAT_MASK
    return Format(
        LEVELS[value >> 3], value & 7, tuple(bool(word >> at & 1) for at in range(14, -1, -1))
    )


@cache
def format_places(side: int) -> tuple[Places, Places]:
    """Of the two copies: 15 x (row, column), the highest bit first."""
    one = [(8, at) for at in (0, 1, 2, 3, 4, 5, 7, 8)] + [(at, 8) for at in (7, 5, 4, 3, 2, 1, 0)]
    two = [(side - 1 - at, 8) for at in range(7)] + [(8, side - 8 + at) for at in range(8)]
    return np.asarray(one), np.asarray(two)


@cache
def fixed(version: int) -> tuple[Modules, Modules]:
    """What every code of this version shows: where (formats are not among it), and how."""
    side = 17 + 4 * version
    there, dark = np.zeros((side, side), bool), np.zeros((side, side), bool)
    there[6, :] = there[:, 6] = True
    dark[6, ::2] = dark[::2, 6] = True
    for row, column in ((0, 0), (0, side - 7), (side - 7, 0)):
        _finder(there, dark, row, column)
    for row, column in _alignments(version):
        _square(there, dark, row, column, 2)
    there[side - 8, 8] = dark[side - 8, 8] = True
    return there, dark


def _alignments(version: int) -> list[tuple[int, int]]:
    others = ALIGNED[version - 1]
    if not others:
        return []
    centres = (6, *others)
    corners = {(6, 6), (6, centres[-1]), (centres[-1], 6)}
    return [(y, x) for y in centres for x in centres if (y, x) not in corners]


def _finder(there: Modules, dark: Modules, row: int, column: int) -> None:
    side = len(there)
    there[max(0, row - 1) : min(side, row + 8), max(0, column - 1) : min(side, column + 8)] = True
    dark[max(0, row - 1) : min(side, row + 8), max(0, column - 1) : min(side, column + 8)] = False
    _square(there, dark, row + 3, column + 3, 3)


def _square(there: Modules, dark: Modules, row: int, column: int, reach: int) -> None:
    """Dark, a bright ring, a dark middle."""
    there[row - reach : row + reach + 1, column - reach : column + reach + 1] = True
    for back, is_dark in ((reach, True), (reach - 1, False), (reach - 2, True)):
        dark[row - back : row + back + 1, column - back : column + back + 1] = is_dark


@cache
def data_places(version: int) -> Places:
    """(row, column) of each bit of the codewords, in their order."""
    side = 17 + 4 * version
    taken = _taken(version)
    places, upward = [], True
    for right in (at if at > 6 else at - 1 for at in range(side - 1, 0, -2)):
        rows = range(side - 1, -1, -1) if upward else range(side)
        places += [(y, x) for y in rows for x in (right, right - 1) if not taken[y, x]]
        upward = not upward
    return np.asarray(places[: len(places) // 8 * 8])


def _taken(version: int) -> Modules:
    side = 17 + 4 * version
    taken = fixed(version)[0].copy()
    for copy in format_places(side):
        taken[copy[:, 0], copy[:, 1]] = True
    if version >= 7:
        taken[:6, side - 11 : side - 8] = taken[side - 11 : side - 8, :6] = True
    return taken


def empty(version: int, form: Format) -> Modules:
    """A code whose data are all 0."""
    side = 17 + 4 * version
    there, dark = fixed(version)
    whole = np.where(there, dark, mask(version, form.mask))
    for copy in format_places(side):
        whole[copy[:, 0], copy[:, 1]] = form.bits
    if version >= 7:
        whole[:6, side - 11 : side - 8] = _version_bits(version)
        whole[side - 11 : side - 8, :6] = _version_bits(version).T
    return whole


def _version_bits(version: int) -> Modules:
    """7.10: six rows of three, the lowest bit first."""
    rest = version << 12
    for at in range(17, 11, -1):
        if rest >> at & 1:
            rest ^= 0b1111100100101 << (at - 12)
    word = version << 12 | rest
    return np.asarray([bool(word >> at & 1) for at in range(18)]).reshape(6, 3)


@cache
def mask(version: int, number: int) -> Modules:
    """Where bits of the data are turned over, 7.8.2."""
    y, x = np.indices((17 + 4 * version,) * 2)
    rules = (
        (y + x) % 2,
        y % 2,
        x % 3,
        (y + x) % 3,
        (y // 2 + x // 3) % 2,
        y * x % 2 + y * x % 3,
        (y * x % 2 + y * x % 3) % 2,
        ((y + x) % 2 + y * x % 3) % 2,
    )
    return np.asarray(rules[number] == 0)


@cache
def blocks(version: int, level: str) -> tuple[tuple[int, ...], ...]:
    """The numbers of the codewords of each block, data first, 7.6."""
    count, parity = BLOCKS[level][version - 1], PARITY[level][version - 1]
    total = len(data_places(version)) // 8
    short, longer = divmod(total - count * parity, count)
    sizes = [short + (at >= count - longer) for at in range(count)]
    order = [(at, each) for at in range(short + 1) for each in range(count) if at < sizes[each]]
    order += [(sizes[each] + at, each) for at in range(parity) for each in range(count)]
    numbers: list[list[int]] = [[] for _ in range(count)]
    for number, (_, each) in enumerate(order):
        numbers[each].append(number)
    return tuple(tuple(one) for one in numbers)
