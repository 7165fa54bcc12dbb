"""Reed and Solomon's code over GF(256), as QR codes use it: errors, and places known to be bad.

ISO/IEC 18004, 7.5.2: x^8 + x^4 + x^3 + x^2 + 1, and parity of the roots 2^0, 2^1, …
"""

from collections.abc import Sequence

POLYNOMIAL = 0x11D
EXP = [1]
for _ in range(254):
    EXP.append((EXP[-1] << 1) ^ (POLYNOMIAL if EXP[-1] & 0x80 else 0))
EXP += EXP
LOG = [0] * 256
for _power in range(255):
    LOG[EXP[_power]] = _power


def corrected(word: Sequence[int], parity: int, bad: Sequence[int] = ()) -> list[int] | None:
    """The one codeword within (parity - len(bad)) // 2 errors of it; None: there is none.

    ``bad``: places whose values count for nothing.
    """
    size = len(word)
    sums = _sums(word, parity)
    if not any(sums):
        return list(word)
    locator = [1]
    for place in bad:
        locator = _times(locator, [1, EXP[size - 1 - place]])
    locator = _massey(sums, locator, len(bad))
    errors = len(locator) - 1
    if 2 * (errors - len(bad)) + len(bad) > parity:
        return None
    places = [at for at in range(size) if not _at(locator, 255 - (size - 1 - at))]
    if len(places) != errors:
        return None
    fixed = list(word)
    _forney(fixed, sums, locator, places)
    return None if any(_sums(fixed, parity)) else fixed


def _sums(word: Sequence[int], parity: int) -> list[int]:
    sums = []
    for root in range(parity):
        value = 0
        for each in word:
            value = each ^ (EXP[LOG[value] + root] if value else 0)
        sums.append(value)
    return sums


def _mul(a: int, b: int) -> int:
    return EXP[LOG[a] + LOG[b]] if a and b else 0


def _times(a: Sequence[int], b: Sequence[int]) -> list[int]:
    """Lowest power first, as everywhere here."""
    out = [0] * (len(a) + len(b) - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            out[i + j] ^= _mul(x, y)
    return out


def _at(of: Sequence[int], log: int) -> int:
    """The polynomial's value at 2^log."""
    value = 0
    for power, each in enumerate(of):
        if each:
            value ^= EXP[(LOG[each] + log * power) % 255]
    return value


def _massey(sums: Sequence[int], locator: list[int], bad: int) -> list[int]:
    """Berlekamp's and Massey's shortest register that goes on from the known bad places."""
    before, length, gap, scale = list(locator), bad, 1, 1
    for at in range(bad, len(sums)):
        miss = 0
        for power in range(min(len(locator), at + 1)):
            miss ^= _mul(locator[power], sums[at - power])
        if not miss:
            gap += 1
            continue
        factor = EXP[LOG[miss] + 255 - LOG[scale]]
        step = [0] * gap + [_mul(factor, each) for each in before]
        after = [
            (locator[i] if i < len(locator) else 0) ^ (step[i] if i < len(step) else 0)
            for i in range(max(len(locator), len(step)))
        ]
        if 2 * length <= at + bad:
            before, length, scale, gap = locator, at + 1 + bad - length, miss, 1
        else:
            gap += 1
        locator = after
    while locator and not locator[-1]:
        locator.pop()
    return locator


def _forney(
    word: list[int], sums: Sequence[int], locator: Sequence[int], places: Sequence[int]
) -> None:
    values = _times(sums, locator)[: len(sums)]
    slope = [each if power % 2 == 0 else 0 for power, each in enumerate(locator[1:])]
    for place in places:
        log = len(word) - 1 - place
        top, bottom = _at(values, 255 - log), _at(slope, 255 - log)
        if top and bottom:  # X^(1-0) from the first root 2^0
            word[place] ^= EXP[(LOG[top] + 255 - LOG[bottom] + log) % 255]
