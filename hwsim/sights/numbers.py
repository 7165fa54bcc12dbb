"""What stands on plates: texts of all types, made by dice, nobody's.

Forms: GA 36-2018; those of 武警 and of the army as public pictures show them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # of GA 36: neither I nor O


@dataclass(frozen=True, slots=True)
class Plate:
    """``kind``: single-row, double-row, new-energy or paper.  ``colour`` of a paper one: white."""

    text: str
    colour: str
    kind: str = "single-row"

    @property
    def size_mm(self) -> tuple[int, int]:
        if self.kind == "double-row":
            return (440, 220)
        return (480 if self.kind == "new-energy" else 440, 140)


def any_plate(dice: random.Random) -> Plate:
    """As the gate of a community sees them, more or less."""
    return _one(dice, [share for share, _ in _MAKERS])


def random_plate(dice: random.Random) -> Plate:
    """Of all types, each as often as the others."""
    return _one(dice, [1.0] * len(_MAKERS))


def _one(dice: random.Random, shares: list[float]) -> Plate:
    return dice.choices([make for _, make in _MAKERS], weights=shares)[0](dice)


def paper_plate(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 4, 0) + "临", "white", "paper")


def _head(dice: random.Random) -> str:
    return dice.choice(PROVINCES) + dice.choice(LETTERS)


def _tail(dice: random.Random, length: int, most: int) -> str:
    """``most``: letters among the digits."""
    places = set(dice.sample(range(length), dice.randint(0, most)))
    return "".join(dice.choice(LETTERS if at in places else DIGITS) for at in range(length))


def _blue(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 5, 2), "blue")


def _small_green(dice: random.Random) -> Plate:
    first = dice.choice("DF") + dice.choice(DIGITS + LETTERS)
    return Plate(_head(dice) + first + _tail(dice, 4, 0), "green", "new-energy")


def _large_green(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 5, 0) + dice.choice("DF"), "green", "new-energy")


def _yellow(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 5, 1), "yellow")


def _two_rows(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 5, 1), "yellow", "double-row")


def _trailer(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 4, 1) + "挂", "yellow", "double-row")


def _learner(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 4, 0) + "学", "yellow")


def _police(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 4, 0) + "警", "white")


def _armed_police(dice: random.Random) -> Plate:
    return Plate("WJ" + dice.choice(PROVINCES) + _tail(dice, 5, 0), "white")


def _army(dice: random.Random) -> Plate:
    return Plate("".join(dice.choices(LETTERS, k=2)) + _tail(dice, 5, 0), "white")


def _border(dice: random.Random) -> Plate:
    return Plate("粤Z" + _tail(dice, 4, 1) + dice.choice("港澳"), "black")


def _consulate(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 4, 0) + "领", "black")


def _embassy(dice: random.Random) -> Plate:
    number = _tail(dice, 6, 0)
    return Plate(dice.choice((f"使{number}", f"{number}使")), "black")  # older ones: first


def _old_black(dice: random.Random) -> Plate:
    return Plate(_head(dice) + _tail(dice, 5, 1), "black")


_MAKERS: tuple[tuple[float, Callable[[random.Random], Plate]], ...] = (
    (0.50, _blue),
    (0.22, _small_green),
    (0.03, _large_green),
    (0.05, _yellow),
    (0.07, _two_rows),
    (0.02, _trailer),
    (0.02, _learner),
    (0.03, _police),
    (0.01, _armed_police),
    (0.01, _army),
    (0.02, _border),
    (0.005, _consulate),
    (0.005, _embassy),
    (0.01, _old_black),
)
