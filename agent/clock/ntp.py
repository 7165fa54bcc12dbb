"""Asks the time servers of the LAN; a targeted IoT card does not reach those of the internet."""

import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from typing import cast

from agent.clock.sntp import Question, answered
from agent.clock.sources import Sample

log = logging.getLogger(__name__)

PORT = 123
PATIENCE = 2.0
"""Seconds for one server, name resolution included; the LAN answers in milliseconds."""


class Ntp:
    """The first of ``servers`` (host or host:port) that answers is believed."""

    name = "ntp"

    def __init__(self, servers: Sequence[str], patience: float = PATIENCE) -> None:
        self._servers = tuple(_address(server) for server in servers)
        self._patience = patience

    async def read(self) -> Sample | None:
        for host, port in self._servers:
            try:
                async with asyncio.timeout(self._patience):
                    return await _ask(host, port)
            except (OSError, TimeoutError) as why:
                log.debug("time server %s: %s", host, str(why) or "silent")
        return None


def _address(server: str) -> tuple[str, int]:
    """``host``, ``host:port``, ``[v6]:port`` or a bare v6 address."""
    host, colon, port = server.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.startswith("[")):
        return host.strip("[]"), int(port)
    return server.strip("[]"), PORT


class _Asking(asyncio.DatagramProtocol):
    """Sends one question; anything that does not answer it is passed over."""

    def __init__(self) -> None:
        self.question = Question(secrets.randbits(64))
        self.sample: asyncio.Future[Sample] = asyncio.get_running_loop().create_future()
        self._sent_ns = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._sent_ns = time.monotonic_ns()
        # asyncio's own datagram transport is no DatagramTransport in Python 3.11
        cast("asyncio.DatagramTransport", transport).sendto(self.question.pack())

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:  # noqa: ARG002
        sample = answered(self.question, data, time.monotonic_ns() - self._sent_ns)
        if sample is not None and not self.sample.done():
            self.sample.set_result(sample)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there (an ICMP answer came)."""
        if not self.sample.done():
            self.sample.set_exception(exc)


async def _ask(host: str, port: int) -> Sample:
    loop = asyncio.get_running_loop()
    transport, asking = await loop.create_datagram_endpoint(_Asking, remote_addr=(host, port))
    try:
        return await asking.sample
    finally:
        transport.close()
