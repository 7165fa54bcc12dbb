"""A link carries bytes to and from what hangs on one wire.  It does not know their meaning."""

from typing import Protocol


class LinkDown(Exception):
    """The wire is gone or cannot be opened; the supervisor opens it again later.

    The only error that leaves ``agent.links``: everything that pyserial, termios, sockets or
    D-Bus raise is translated into it.  The text is for the log and names the port.
    """


class Link(Protocol):
    async def receive(self) -> bytes:
        """The next bytes, at least one and at most ``MOST`` of them.  LinkDown once none come."""
        ...

    async def send(self, data: bytes) -> None:
        """Return when the wire has taken all of ``data``.  LinkDown if it will not."""
        ...

    async def aclose(self) -> None:
        """Never raises; may be called twice."""
        ...


MOST = 1024
"""Bytes per ``receive``: about a millisecond of decoding, so no talker keeps a door waiting."""
