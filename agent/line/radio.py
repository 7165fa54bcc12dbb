"""What a driver sees of the radio: advertisements that pass by, and a peer to read and write."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from agent.links.ble.base import Advert

__all__ = ["Advert", "Gatt"]


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
