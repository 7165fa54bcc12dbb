"""What stands on plates: texts of every type, drawn as often as training needs them, not as roads
show them.  Formats: GA 36-2018; 武警 and military plates as seen on public pictures."""

import random
from collections.abc import Callable
from dataclasses import dataclass

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
LAST = "学警港澳挂使领临"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
CHARACTERS = PROVINCES + LAST + DIGITS + LETTERS
"""The classes of the reader, in their order: class n + 1 is the nth, class 0 is "nothing"."""

COLOURS = ("blue", "yellow", "green", "white", "black", "paper")
SMALL_GREEN = "DFABCEGHJK"


@dataclass(frozen=True, slots=True)
class Text:
    """``red``: the places of characters that are red on this plate."""

    colour: str
    text: str
    rows: int = 1
    red: tuple[int, ...] = ()


def _tail(dice: random.Random, length: int, letters: tuple[int, ...] = (0, 1, 1, 2, 2)) -> str:
    places = set(dice.sample(range(length), min(length, dice.choice(letters))))
    return "".join(dice.choice(LETTERS if at in places else DIGITS) for at in range(length))


def _head(dice: random.Random) -> str:
    # one in thirty has the O of old official plates in second place; it is drawn as 0 is
    second = "0" if dice.random() < 0.03 else dice.choice(LETTERS)
    return dice.choice(PROVINCES) + second


def _blue(dice: random.Random) -> Text:
    return Text("blue", _head(dice) + _tail(dice, 5))


def _yellow(dice: random.Random) -> Text:
    return Text("yellow", _head(dice) + _tail(dice, 5, (0, 0, 1, 1, 2)))


def _two_rows(dice: random.Random) -> Text:
    return Text("yellow", _head(dice) + _tail(dice, 5, (0, 0, 1, 1, 2)), rows=2)


def _trailer(dice: random.Random) -> Text:
    return Text(
        "yellow", _head(dice) + _tail(dice, 4, (0, 0, 1)) + "挂", rows=dice.choice((1, 2, 2))
    )


def _learner(dice: random.Random) -> Text:
    return Text("yellow", _head(dice) + _tail(dice, 4, (0, 0, 1)) + "学")


def _small_green(dice: random.Random) -> Text:
    first = dice.choice("DF") if dice.random() < 0.7 else dice.choice(SMALL_GREEN)
    second = dice.choice(DIGITS if dice.random() < 0.7 else LETTERS)
    return Text("green", _head(dice) + first + second + _tail(dice, 4, (0,)))


def _large_green(dice: random.Random) -> Text:
    return Text("green", _head(dice) + _tail(dice, 5, (0,)) + dice.choice("DF"))


def _police(dice: random.Random) -> Text:
    return Text("white", _head(dice) + _tail(dice, 4, (0, 0, 1)) + "警", red=(6,))


def _army(dice: random.Random) -> Text:
    return Text(
        "white", "".join(dice.choices(LETTERS, k=2)) + _tail(dice, 5, (0, 0, 1)), red=(0, 1)
    )


def _armed_police(dice: random.Random) -> Text:
    return Text("white", "WJ" + dice.choice(PROVINCES) + _tail(dice, 5, (0, 0, 1)), red=(0, 1, 2))


def _border(dice: random.Random) -> Text:
    return Text("black", "粤Z" + _tail(dice, 4, (0, 1, 1, 2)) + dice.choice("港澳"))


def _consulate(dice: random.Random) -> Text:
    return Text("black", _head(dice) + _tail(dice, 4, (0,)) + "领", red=(6,))


def _embassy(dice: random.Random) -> Text:
    number = _tail(dice, 6, (0,))
    if dice.random() < 0.5:  # older ones have it first
        return Text("black", "使" + number, red=(0,))
    return Text("black", number + "使", red=(6,))


def _old_black(dice: random.Random) -> Text:
    return Text("black", _head(dice) + _tail(dice, 5))


def _paper(dice: random.Random) -> Text:
    tail = _tail(dice, 4, (0, 0, 1)) + "临" if dice.random() < 0.5 else _tail(dice, 5)
    return Text("paper", _head(dice) + tail, rows=dice.choice((1, 2)))


_KINDS: tuple[tuple[float, Callable[[random.Random], Text]], ...] = (
    (0.44, _blue),
    (0.11, _yellow),
    (0.10, _two_rows),
    (0.035, _trailer),
    (0.025, _learner),
    (0.11, _small_green),
    (0.04, _large_green),
    (0.03, _police),
    (0.01, _army),
    (0.02, _armed_police),
    (0.02, _border),
    (0.01, _consulate),
    (0.015, _embassy),
    (0.015, _old_black),
    (0.02, _paper),
)


def any_text(dice: random.Random) -> Text:
    makers = [make for _, make in _KINDS]
    return dice.choices(makers, weights=[share for share, _ in _KINDS])[0](dice)
