"""What a device has to stand on: its time, its dice, the truth to tell, and a place on a wire."""

import random
from collections.abc import Callable, Mapping

from hwsim.agenda import SECOND, Agenda
from hwsim.bus import Bus
from hwsim.truth import Truth

QUIET_S = 0.005  # five characters at 9600: the pair is free


class Footing:
    """``dice`` are the device's own, so a neighbour more or less does not change its story."""

    def __init__(self, device: str, world: "Ground") -> None:
        self.device = device
        self.dice = random.Random(f"{world.seed}/{device}")
        self.mute = False
        self.truth = world.truth
        self._agenda = world.agenda

    @property
    def now(self) -> float:
        """Seconds since the world began."""
        return self._agenda.now / SECOND

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self._agenda.after(seconds, action)

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        """From now on; the first time at once."""
        self._agenda.every(seconds, action)

    def told(self, what: str, at_ns: int, **fields: object) -> None:
        """The host told it to do something, and it does; ``at_ns``: when that was written."""
        self.truth.count(self.device, f"told {what}")
        self.truth.tell("told", {"device": self.device, "what": what, **fields}, at_ns)

    def asked(self, at_ns: int, **question: object) -> None:
        self.truth.count(self.device, "asked")
        self.truth.tell("asked", {"device": self.device, "question": question}, at_ns)

    def happened(self, what: str, **fields: object) -> None:
        """Something in the world around the device."""
        self.truth.count(self.device, what)
        self.truth.tell("happened", {"device": self.device, "what": what, **fields})


class Stand(Footing):
    """A place on a wire."""

    def __init__(self, device: str, address: int | None, bus: Bus, world: "Ground") -> None:
        super().__init__(device, world)
        self.address, self._bus = address, bus

    def say(self, data: bytes, meaning: Mapping[str, object], after: float = 0.0) -> None:
        """One frame onto the wire, ``after`` so many seconds of thought."""
        if after:
            self.after(after, lambda: self.say(data, meaning))
        elif self.mute:
            self.truth.count(self.device, "silenced")
        else:
            self._bus.send(self.device, data, meaning)

    def say_when_quiet(self, data: bytes, meaning: Mapping[str, object]) -> None:
        """What nobody asked for, once nobody else is talking."""
        if self._bus.busy():
            self.after(
                QUIET_S * (1 + self.dice.random()), lambda: self.say_when_quiet(data, meaning)
            )
        else:
            self.say(data, meaning)


class Ground:
    """What all devices of one world share."""

    def __init__(self, seed: int, agenda: Agenda, truth: Truth) -> None:
        self.seed, self.agenda, self.truth = seed, agenda, truth
