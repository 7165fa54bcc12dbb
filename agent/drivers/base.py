"""What a driver is.  Read this first, then ``scale_line.py``, the smallest real one.

A driver has one to three verbs.  It never opens a wire, never retries, never sleeps and never
logs that a device is away: ``agent.supervisor`` does these for all drivers alike.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from agent.line.asking import Asks, Manners
from agent.line.radio import Advert, Gatt
from agent.model.messages import Command, Message
from agent.model.time import Now, Stamp

W_contra = TypeVar("W_contra", contravariant=True)
"""What a device hangs on: ``Asks``, a seat at a wire, or ``Gatt``, a peer of the radio."""


class Refused(Exception):
    """The device answered, and the answer was no; or it cannot do that at all.

    Asking again will not help: the asker is told, with the text.  ``messages``: what was learned
    all the same, a jammed bolt or a lock that is not ours; told at once.
    """

    messages: tuple[Message, ...] = ()


@runtime_checkable
class Listens(Protocol):
    """It talks unasked."""

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        """Take bytes as they come, in any portions; never raise on noise.  No I/O, no waiting."""
        ...


@runtime_checkable
class Talks(Protocol):
    """It listens, and what it hears never pauses for long: a continuous scale."""

    @property
    def silence(self) -> float:
        """Seconds after which silence means that it is away.  A reader may be silent for days."""
        ...


@runtime_checkable
class Sights(Protocol):
    """It advertises, and tells all it knows in passing."""

    def sighted(self, advert: Advert, at: Stamp) -> Iterable[Message]:
        """Take an advertisement of this device; never raise on noise.  No I/O, no waiting."""
        ...


@runtime_checkable
class Repeats(Protocol):
    """It advertises, and what it says twice in a row is no news: a beacon, a button's state."""

    @property
    def repeats(self) -> bool:
        """True: an advertisement that equals the last one is not shown to ``sighted``.

        It still counts as a sign of life.
        """
        ...


@runtime_checkable
class Polls(Protocol[W_contra]):
    """We ask, it answers."""

    @property
    def every(self) -> float:
        """Seconds from one poll to the next."""
        ...

    async def poll(self, line: W_contra, now: Now) -> Iterable[Message]:
        """Ask once.  NoAnswer means it is away.  ``now`` is called when the answer is there."""
        ...


@runtime_checkable
class Hurries(Protocol):
    """It is polled, and a command can want that more often for a while: a slope in the rain."""

    def pace(self, at: Stamp) -> float | None:
        """Seconds from one poll to the next as a command wants it; None: as usual."""
        ...


@runtime_checkable
class Acts(Protocol[W_contra]):
    """We tell it."""

    async def act(self, line: W_contra, command: Command, now: Now) -> Iterable[Message]:
        """Return once it is done (or sent, where the device never answers); else Refused, NoAnswer.

        Outputs know the actions ``on`` and ``off`` (args ``channel``); a ``pulse`` is made of both
        by the supervisor, which alone keeps time.
        """
        ...


Driver = Listens | Sights | Polls[Asks] | Acts[Asks] | Polls[Gatt] | Acts[Gatt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What a driver is told about the one device it speaks for."""

    device: str
    address: int | None = None
    point: str | None = None
    options: Any = None  # an instance of the Model's ``options``, already validated


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio:
    """How a device is spoken with over Bluetooth Low Energy.

    ``link``: "never" (its advertisements say all), "demand" (connected for each verb, and left
    again), "kept" (connected as long as the box runs).  ``notify``: the characteristic whose
    notifications are given to ``heard`` on a kept link.  Five kept links to an adapter are much.
    """

    link: Literal["never", "demand", "kept"] = "never"
    notify: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One line of the register: everything the box must know of a kind of device."""

    name: str
    build: Callable[[Seat], Driver]
    options: type  # a frozen dataclass; bounds as Annotated[..., annotated_types.Ge(…)]
    zh: str
    en: str
    baud: int = 9600
    format: str = "8N1"
    manners: Manners = Manners()
    needs_address: bool = False
    shares: bool = True  # False: a continuous talker, which never shares a pair
    outputs: bool = False  # it switches something; every output has a declared rest state
    urgent: bool = False  # takes its turn on a shared pair before those that only measure
    protocol: str  # its name in ``linli decode``
    measures: tuple[str, ...] = ()  # quantities of its readings
    tells: tuple[str, ...] = ()  # kinds of its events
    does: tuple[str, ...] = ()  # actions of its commands; with ``outputs`` also ``pulse``
    longest: float = 0.0  # seconds that a verb may need beyond what its manners allow
    radio: Radio | None = None  # None: it hangs on a wire


@dataclass(frozen=True, slots=True)
class NoOptions:
    """For devices that need none."""
