"""What BlueZ asks of its radio, and what the radio tells it.

``Air`` answers for simulated stands; a stack of its own (Bumble) can answer as well.  Every call
returns at once; ``then`` is called later or at once, exactly once, unless the link was lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hwsim.radio.gatt import Characteristic, Service

ABORTED = "le-connection-abort-by-local"  # BlueZ src/error.c, since 5.62


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One advertisement as it arrived."""

    address: str
    random: bool = True
    name: str | None = None
    rssi: int = -60
    services: tuple[str, ...] = ()
    service_data: Mapping[str, bytes] = field(default_factory=dict)
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be done.  ``att``: the peer's ATT error; 0: ``text`` is BlueZ's own reason."""

    att: int = 0
    text: str = ""


Connected = Callable[[Failed | None], None]
Discovered = Callable[[tuple[Service, ...], int], None]  # and the MTU
Read = Callable[[bytes | Failed], None]
Done = Callable[[Failed | None], None]


class Ears(Protocol):
    def heard(self, heard: Heard) -> bool:
        """Whether anything of it was told on the bus."""
        ...

    def lost(self, address: str) -> None:
        """The link is gone, whoever ended it."""

    def noticed(self, address: str, characteristic: Characteristic, data: bytes) -> bool:
        """Whether anybody was told of this notification."""
        ...


class Controller(Protocol):
    def scan(self, *, on: bool) -> None: ...

    def connect(self, address: str, then: Connected) -> None:
        """Waits as long as the peer is out of range."""

    def cancel(self, address: str) -> None:
        """Forget a ``connect`` that waits; its ``then`` is not called any more."""

    def discover(self, address: str, then: Discovered) -> None: ...

    def disconnect(self, address: str) -> None:
        """The link ends; ``lost`` is not called for it."""

    def pair(self, address: str, then: Done) -> None: ...

    def read(self, address: str, characteristic: Characteristic, then: Read) -> None: ...

    def write(
        self, address: str, characteristic: Characteristic, data: bytes, then: Done | None
    ) -> None:
        """``then`` None: a write command, which nobody answers."""

    def subscribe(
        self, address: str, characteristic: Characteristic, then: Done | None, *, on: bool
    ) -> None: ...
