"""What the box has to offer, as far as a configuration needs to know it.

Drivers and stages stand above this package; their registers fit these shapes without knowing them
(agent.drivers.base.Model, agent.pipeline.base.Use).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Wrong:
    """What types cannot say of options.  ``at``: where, from the options' own table on."""

    at: tuple[str | int, ...]
    zh: str
    en: str


@runtime_checkable
class Minds(Protocol):
    """Options that mind how their values go together."""

    def wrong(self) -> Iterable[Wrong]: ...


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
    def tells(self) -> tuple[str, ...]: ...

    @property
    def does(self) -> tuple[str, ...]: ...

    @property
    def radio(self) -> "RadioOffer | None": ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """By the name that stands in ``driver = "…"`` and ``use = "…"``."""

    drivers: Mapping[str, Offer]
    stages: Mapping[str, StageOffer]
