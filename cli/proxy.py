"""A bad network between the agent and its broker, for drills: a TCP proxy of our own.

It runs in a thread and is told from anywhere what the line is like just now.  It knows nothing of
MQTT and TLS; it counts bytes and keeps the first ones of each connection.
"""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from cli.net.conduct import Mode
from cli.net.pipe import Seen
from cli.net.relay import LOOPBACK, Relay

CALL_S = 15.0
T = TypeVar("T")


class Proxy:
    """Listens on ``port`` of the loopback interface when made, and passes all on to ``target``.

    A method returns when the line is as it says.
    """

    host = LOOPBACK

    def __init__(self, target: int, host: str = LOOPBACK) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._relay = self._call(_made((host, target)))
        self._call(self._relay.listen())

    @property
    def port(self) -> int:
        """The same for the proxy's whole life."""
        return self._relay.port

    def url(self, scheme: str = "mqtt") -> str:
        return f"{scheme}://{self.host}:{self.port}"

    @property
    def mode(self) -> Mode:
        return self._relay.conduct.mode

    def restore(self) -> None:
        """As it should be, but as slow as ``limit`` says.  Ends freeze, blackhole and refusal."""
        self._call(self._relay.become(Mode.OPEN))

    def freeze(self) -> None:
        """Nothing moves either way; what was sent arrives after ``restore``."""
        self._call(self._relay.become(Mode.FREEZE))

    def blackhole(self) -> None:
        """New connections are taken, all that anybody sends is swallowed, nothing is closed.

        What lost bytes is reset by ``restore``, for its stream can never go on.
        """
        self._call(self._relay.become(Mode.BLACKHOLE))

    def refuse(self) -> None:
        """Connections are reset, and nobody listens any more."""
        self._call(self._relay.become(Mode.REFUSE))

    def cut(self) -> None:
        """All connections are reset; new ones are taken as the mode says."""
        self._call(self._relay.cut())

    def aim(self, target: int) -> None:
        """New connections go to another port from now on; those that are there are reset."""
        self._call(self._aim(target))

    def limit(self, bits_per_s: float | None = None, latency_s: float = 0.0) -> None:
        """The rate of each way, shared by all connections, and what each byte waits.

        At 1 Mbit/s the line holds about 24 KiB a connection and way; then the sender waits.
        """
        self._call(self._limit(bits_per_s, latency_s))

    def seen(self) -> list[Seen]:
        """All connections so far, the last 1024 of them, oldest first."""
        return self._call(self._seen())

    def bytes_up(self) -> int:
        """Passed on to the broker by the connections that ``seen`` lists."""
        return sum(each.up.passed for each in self.seen())

    def bytes_down(self) -> int:
        return sum(each.down.passed for each in self.seen())

    def close(self) -> None:
        if self._loop.is_closed():
            return
        self._call(self._relay.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_S)
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _aim(self, target: int) -> None:
        self._relay.target = (self._relay.target[0], target)
        await self._relay.cut()

    async def _limit(self, bits_per_s: float | None, latency_s: float) -> None:
        conduct = self._relay.conduct
        conduct.up.bits_per_s = conduct.down.bits_per_s = bits_per_s
        conduct.latency_s = latency_s

    async def _seen(self) -> list[Seen]:
        return list(self._relay.seen)

    def _call(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(CALL_S)


async def _made(target: tuple[str, int]) -> Relay:
    return Relay(target)
