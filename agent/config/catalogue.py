"""What the box has to offer, as far as a configuration needs to know it.

Drivers and stages stand above this package; their registers fit these shapes without knowing them
(agent.drivers.base.Model, agent.pipeline.base.Use).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class StageOffer(Protocol):
    @property
    def options(self) -> type:
        """A frozen dataclass; bounds as Annotated[..., annotated_types.Ge(…)]."""
        ...

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


class RadioOffer(Protocol):
    """Of a driver that speaks over Bluetooth; agent.drivers.base.Radio."""

    @property
    def link(self) -> str: ...


class Offer(StageOffer, Protocol):
    """A driver.  The properties mean what they mean in agent.drivers.base.Model."""

    @property
    def baud(self) -> int: ...

    @property
    def format(self) -> str: ...

    @property
    def needs_address(self) -> bool: ...

    @property
    def shares(self) -> bool: ...

    @property
    def outputs(self) -> bool: ...

    @property
    def urgent(self) -> bool: ...

    @property
    def does(self) -> tuple[str, ...]: ...

    @property
    def radio(self) -> "RadioOffer | None": ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """By the name that stands in ``driver = "…"`` and ``use = "…"``."""

    drivers: Mapping[str, Offer]
    stages: Mapping[str, StageOffer]
