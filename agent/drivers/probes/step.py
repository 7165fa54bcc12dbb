"""What a probe is made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from agent.drivers.codecs.base import Take, search
from agent.drivers.probes.guess import Guess
from agent.line.asking import Answer, Found, T

SHORT_S, LONG_S = 0.25, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question.  ``patience``: seconds, beside the wire time, that its answer may take."""

    request: bytes
    answer: Answer[Guess]
    expect: int = 16
    patience: float = SHORT_S

    def slow(self, patience: float = LONG_S) -> "Step":
        return replace(self, patience=patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How the devices of one driver are looked for.

    ``steps`` are asked one after the other as long as they are answered; the last answer counts.
    ``addresses``: where such devices are as delivered, and a few behind; (0,) if it has none.
    ``alone``: it has a wire of its own, so nothing else needs to be looked for.  ``tries``: text is
    asked for twice, since the questions before may stand at the head of the first line.
    """

    device: str
    protocol: str
    steps: Callable[[int], tuple[Step, ...]]
    bauds: tuple[int, ...] = (9600,)
    addresses: tuple[int, ...] = (0,)
    alone: bool = False
    tries: int = 1


def step(
    request: bytes, take: Take[Any], wanted: Callable[[Any], bool], guess: Guess, expect: int = 16
) -> Step:
    """Asks for a frame of a device that is ``wanted``: such a one is there, so ``guess``."""

    def look(heard: bytes) -> Found[Any] | None:
        return search(take, heard, wanted)

    return Step(request=request, answer=meaning(look, guess), expect=expect)


def meaning(look: Answer[T], guess: Guess) -> Answer[Guess]:
    """What ``look`` finds says ``guess``."""

    def answer(heard: bytes) -> Found[Guess] | None:
        found = look(heard)
        return None if found is None else Found(guess, found.start, found.end)

    return answer
