"""What an adapter is, whoever drives it: it hears advertisements and carries links to peers.

As ``agent.links.base`` is for wires; ``LinkDown`` means the same.  ``agent.line.air`` stands on
this, and so does the adapter in memory that tests use.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, Protocol


class PeerGone(Exception):
    """The adapter is well, but this peer is out of reach, silent, or refuses."""


class PeerRefuses(PeerGone):
    """It answered, and the answer was no; the link is well."""


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


Sighted = Callable[[Advert], None]
"""Takes an advertisement at once; must not raise."""


class Peer(Protocol):
    """A link that is up.  Every method raises PeerGone or LinkDown unless it says otherwise."""

    @property
    def room(self) -> int:
        """Bytes that one write may carry: the MTU less three.  Never raises."""
        ...

    async def read(self, characteristic: str) -> bytes: ...

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool) -> None: ...

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None: ...

    async def unsubscribe(self, characteristic: str) -> None: ...

    async def leave(self) -> None:
        """End the link.  Never raises; may be called twice."""
        ...


class Adapter(Protocol):
    """One radio, owned by us alone."""

    @property
    def heard(self) -> int:
        """Advertisements of anybody since it was opened: how a deaf adapter is noticed."""
        ...

    async def scan(self, addresses: Collection[str], sighted: Sighted) -> None:
        """Listen for ``addresses`` from now on; anew if it listens already.  LinkDown."""
        ...

    async def connect(self, address: str, lost: Callable[[], None]) -> Peer:
        """Only to what was sighted.  ``lost`` is called once when the link ends, however it does.

        One at a time.  PeerGone, LinkDown.  Cancelling it leaves no link behind.
        """
        ...

    async def watch(self) -> NoReturn:
        """Wait until the adapter or its daemon is gone: LinkDown."""
        ...

    async def aclose(self) -> None:
        """Never raises; may be called twice."""
        ...
