"""What the suite must know of a device beside its line in the register."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.model.messages import Event, Message, Quality, Reading
from hwsim.orders import Order

Claim = Mapping[str, object]
"""What a message says that the device must have said: a part of one of its meanings."""


def fields_of(*names: str) -> Callable[[Event], Claim]:
    """These fields of the event's data, under the names that the simulator uses too."""
    return lambda event: {name: event.data[name] for name in names}


def door(*, closed: bool) -> Callable[[Event], Claim]:
    return lambda event: {"channel": event.data["channel"], "closed": closed}


def nothing(_event: Event) -> Claim:
    """It says what the box did, not what the device said."""
    return {}


CLAIMS: Mapping[str, Callable[[Event], Claim]] = {
    "code_scanned": fields_of("code_sha256"),
    "card_read": fields_of("card_sha256"),
    "lock_opened": door(closed=False),
    "lock_closed": door(closed=True),
    "output_set": nothing,
    "output_rest": nothing,
}


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What the fact sheets say that this device does: options of the simulator, and words."""

    en: str
    options: Mapping[str, object]
    drivers: Mapping[str, object] = field(default_factory=dict)  # options of the driver for it


@dataclass(frozen=True, kw_only=True)
class Card:
    """``life``: what happens to the device, again and again, one order every ``step_s``; it gets
    the device's id and the number of the turn, so that no two turns look alike.

    ``act``: a command, and ``told``: what the device's truth says of it.  ``unchecked``: why a
    flipped bit can pass in this protocol, and what is done about it.  ``least``: messages of a
    clean run of ``seconds``.  ``alone``: it shares no pair, or its address is not in its frames.
    """

    driver: str
    sim: str = ""
    address: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    sim_options: Mapping[str, object] = field(default_factory=dict)
    baud: int | None = None
    life: Callable[[str, int], Order] | None = None
    step_s: float = 5.0
    act: tuple[str, Mapping[str, Any]] | None = None
    told: str = ""
    confirms: bool = True  # it answers what it is told
    claims: Mapping[str, Callable[[Event], Claim]] = field(default_factory=dict)
    tolerance: float = 1e-6
    least: int = 5
    seconds: float = 60.0
    unchecked: str = ""
    sums: str = ""  # why its values are not found in one frame each
    stale: str = ""  # why what is heard late is still worth hearing
    misbehaves: Sequence[Misbehaviour] = ()

    @property
    def simulator(self) -> str:
        return self.sim or self.driver.replace("-", "_")

    def claim(self, message: Message) -> Claim:
        """Empty if it claims nothing of what the device said."""
        if isinstance(message, Reading) and message.quality is not Quality.INVALID:
            return {message.quantity: message.value}
        if isinstance(message, Event):
            claim = self.claims.get(message.kind) or CLAIMS.get(message.kind)
            return claim(message) if claim else {}
        return {}

    def borne_out(self, claim: Claim, meanings: Iterable[Claim]) -> bool:
        """Whether the device said so."""
        return any(
            all(name in said and self._same(value, said[name]) for name, value in claim.items())
            for said in meanings
        )

    def _same(self, one: object, other: object) -> bool:
        if isinstance(one, int | float) and isinstance(other, int | float):
            return abs(one - other) <= self.tolerance
        return one == other


def said(order: Callable[..., Order], *values: object) -> Callable[[str, int], Order]:
    """A life of one kind of order, with these values in turn."""
    return lambda device, turn: order(device, values[turn % len(values)])
