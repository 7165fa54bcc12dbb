"""Corrects a code whose modules were seen more or less clearly, further than hard bits allow.

A codeword that was seen badly counts as missing, which costs half of what an error costs.  Whoever
calls so much missing could read something out of noise: a block is believed only where noise would
come so near to a codeword once in 2^24 times.
"""

from collections.abc import Iterator
from math import comb, log2
from typing import Final

import numpy as np
import numpy.typing as npt

from agent.vision.codes import layout
from agent.vision.codes.layout import Format, Modules
from agent.vision.codes.solomon import corrected

Strengths = npt.NDArray[np.float32]

RARE: Final = -24.0  # log2 of a chance
STEPS: Final = 6  # numbers of missing codewords that are tried
FORMATS: Final = 2  # likeliest ones


def repaired(strengths: Strengths) -> Modules | None:
    """The whole code, dark where True; ``strengths``: below 0 dark, near 0 not known."""
    version = (len(strengths) - 17) // 4
    if not 1 <= version <= layout.LAST:
        return None
    dark = -np.clip(strengths, -1, 1)
    for form in likeliest(dark):
        whole = _whole(dark, version, form)
        if whole is not None:
            return whole
    return None


def likeliest(dark: Strengths) -> list[Format]:
    copies = layout.format_places(len(dark))
    seen = sum(dark[copy[:, 0], copy[:, 1]] for copy in copies)
    signs = np.asarray([one.bits for one in layout.formats()]) * 2.0 - 1
    scores = signs @ np.asarray(seen)
    return [layout.formats()[at] for at in np.argsort(-scores)[:FORMATS]]


def _whole(dark: Strengths, version: int, form: Format) -> Modules | None:
    places, turned = layout.data_places(version), layout.mask(version, form.mask)
    seen = np.where(turned, -dark, dark)[places[:, 0], places[:, 1]].reshape(-1, 8)
    words = np.packbits(seen > 0, axis=1)[:, 0].copy()
    clear = np.sort(np.abs(seen), axis=1)
    trust = np.asarray(
        clear[:, 0] + clear[:, 1] / 2, np.float32
    )  # two doubtful bits are worse than one
    parity = layout.PARITY[form.level][version - 1]
    for numbers in layout.blocks(version, form.level):
        block = _block(words[list(numbers)], trust[list(numbers)], parity)
        if block is None:
            return None
        words[list(numbers)] = block
    whole = layout.empty(version, form)
    bits = np.unpackbits(words).astype(bool)
    whole[places[:, 0], places[:, 1]] = bits ^ turned[places[:, 0], places[:, 1]]
    return whole


def _block(
    words: npt.NDArray[np.uint8], trust: npt.NDArray[np.float32], parity: int
) -> list[int] | None:
    seen = [int(one) for one in words]
    order = [int(at) for at in np.argsort(trust)]
    for missing in _counts(parity):
        bad = order[:missing]
        found = corrected(seen, parity, bad)
        if found is None:
            continue
        left = set(range(len(seen))) - set(bad)
        errors = sum(found[at] != seen[at] for at in left)
        if _chance(len(left), errors, parity - missing) <= RARE:
            return found
    return None


def _counts(parity: int) -> Iterator[int]:
    most = parity * 3 // 4
    yield from sorted({round(most * at / STEPS) for at in range(STEPS + 1)})


def _chance(size: int, errors: int, checks: int) -> float:
    """log2 that so many errors at most lie between random words and a codeword."""
    return log2(comb(size, errors)) + 8 * errors - 8 * checks
