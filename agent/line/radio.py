"""What a driver sees of the radio: advertisements that pass by, and a peer to read and write."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Advert:
    """One advertisement as it was heard, scan response included where there was one.

    ``address``: ``AA:BB:CC:DD:EE:FF``, upper case.  ``rssi``: dBm, None if unknown; it proves no
    nearness.  ``services``: UUIDs offered.  UUIDs are 128-bit text in lower case.
    """

    address: str
    name: str | None = None
    rssi: int | None = None
    service_data: Mapping[str, bytes] = field(default_factory=dict)
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)  # by company identifier
    services: tuple[str, ...] = ()


class Gatt(Protocol):
    """A connected peer; ends when the driver's verb returns, or with the link.

    Every method raises NoAnswer if the peer is gone or silent, and LinkDown if the adapter is.
    """

    @property
    def room(self) -> int:
        """Bytes that one write may carry: the MTU less three, 20 at the least."""
        ...

    async def read(self, characteristic: str) -> bytes: ...

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool = True) -> None:
        """``confirmed``: return once the peer has said that it got it; else once it is sent."""
        ...

    def notices(self, characteristic: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """What the peer notifies or indicates while inside, each in one piece and in order.

        At most 64 wait; more than that is a peer gone mad: NoAnswer.
        """
        ...
