"""What can stand on a plate: the grammar of GA 36-2018 by colour, and how plates are told of.

=======  ==========================================================================
colour   texts (省 a province, A a letter, # a letter or digit, 0 a digit)
=======  ==========================================================================
blue     省A#####
yellow   省A#####, 省A####学, 省A####挂
green    省A D|F # 0000 (small; the first from A to K), 省A 00000 D|F (large)
white    省A####警; WJ省##### (武警); AA##### (army)
black    粤Z####港, 粤Z####澳; 省A####领; 使000000, 000000使; 省A##### (old)
paper    省A#####, 省A####临 (temporary)
=======  ==========================================================================

Letters are those of GA 36: neither I nor O, but for an O in second place on old plates of the
police and of Guangdong.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"

_P = f"[{PROVINCES}]"
_A = f"[{LETTERS}]"
_S = f"[{LETTERS}O]"  # in second place
_X = f"[{LETTERS}{DIGITS}]"

_PATTERNS = {
    "blue": (f"{_P}{_S}{_X}{{5}}",),
    "yellow": (f"{_P}{_S}{_X}{{5}}", f"{_P}{_S}{_X}{{4}}[学挂]"),
    "green": (f"{_P}{_A}[ABCDEFGHJK]{_X}[0-9]{{4}}", f"{_P}{_A}[0-9]{{5}}[ABCDEFGHJK]"),
    "white": (f"{_P}{_S}{_X}{{4}}警", f"WJ{_P}{_X}{{5}}", f"{_A}{{2}}{_X}{{5}}"),
    "black": (
        f"粤Z{_X}{{4}}[港澳]",
        f"{_P}{_S}{_X}{{4}}领",
        "使[0-9]{6}",
        "[0-9]{6}使",
        f"{_P}{_S}{_X}{{5}}",
    ),
    "paper": (f"{_P}{_S}{_X}{{5}}", f"{_P}{_S}{_X}{{4}}临"),
}

CONFUSED = ("0DQO", "8B", "2Z", "5S", "17T", "皖陕贵闽", "鄂粤", "津浙沪湘渝")
"""Signs that are taken for each other.  Letters, digits, 鄂 and 粤: what users of other readers
report.  皖: errors of our first reader on small crops.  The last: one radical, 氵, by shape."""

DOUBTFUL = 0.8
"""Probability of a sign below which a list may know better than the reader."""


class Fault(StrEnum):
    COLOUR = "colour"  # no plate has this colour
    LENGTH = "length"  # too short or too long for this colour
    FORM = "form"  # a sign where none of its kind stands


def judge(text: str, colour: str) -> Fault | None:
    """None: such a plate exists."""
    patterns = _compiled(colour)
    if not patterns:
        return Fault.COLOUR
    if any(pattern.fullmatch(text) for pattern in patterns):
        return None
    return Fault.FORM if len(text) in _lengths(colour) else Fault.LENGTH


@cache
def _compiled(colour: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _PATTERNS.get(colour, ()))


def _lengths(colour: str) -> tuple[int, ...]:
    return {"green": (8,), "white": (7, 8)}.get(colour, (7,))


def masked(text: str) -> str:
    """For logs and pages: place and last sign, never the number."""
    if len(text) < 4:
        return "*" * len(text)
    return f"{text[:2]}·{'*' * (len(text) - 3)}{text[-1]}"


def alike(one: str, other: str) -> bool:
    """Equal, or exactly one sign apart, and that sign is of those that are confused."""
    if len(one) != len(other):
        return False
    apart = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return not apart or (len(apart) == 1 and confused(*apart[0]))


def confused(one: str, other: str) -> bool:
    """Whether two different signs are taken for each other."""
    return other in _others(one)


@cache
def _others(sign: str) -> str:
    return "".join(group for group in CONFUSED if sign in group).replace(sign, "")


@dataclass(frozen=True, slots=True)
class Match:
    """``plate`` as the list has it.  ``fuzzy``: not what was read; to be told as such."""

    plate: str
    fuzzy: bool


def match(text: str, chances: Sequence[float], allowed: Collection[str]) -> Match | None:
    """Whose plate was read, of those that may pass.

    ``chances``: of each sign of ``text``, 0 to 1; () allows nothing but an exact match.  A plate
    that is one confusion apart is taken only if no other one is, and if that sign was doubtful.
    Never for lists of those that must not pass: there an exact match alone may count.
    """
    if text in allowed:
        return Match(text, fuzzy=False)
    near = [(place, plate) for place, plate in _one_apart(text) if plate in allowed]
    if len(near) != 1 or len(chances) != len(text):
        return None
    place, plate = near[0]
    return Match(plate, fuzzy=True) if chances[place] < DOUBTFUL else None


def _one_apart(text: str) -> Iterator[tuple[int, str]]:
    for place, sign in enumerate(text):
        for other in _others(sign):
            yield place, text[:place] + other + text[place + 1 :]
