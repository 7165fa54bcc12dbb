"""The way to the platform, for as long as the process lives: connect, speak, fall, wait, again.

The only place that says that the platform is away and that it is back, each once.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NoReturn

from agent.config import settings
from agent.model.time import Stamp
from agent.sync.commands import Commands
from agent.sync.counts import LANES, Counts
from agent.sync.hello import presence
from agent.sync.link import Connect, Link, LinkTrouble, Will
from agent.sync.pace import Bucket
from agent.sync.parts import Parts
from agent.sync.reconnect import Reconnect
from agent.sync.session import Desk, Session
from agent.sync.signing import read_keys
from agent.sync.topics import Topics
from agent.sync.wire import Reply, Retry

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """Records.  ``in_flight``: without word from the platform; ``resent`` are part of ``sent``."""

    name: str
    in_flight: int = 0
    sent: int = 0
    resent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """``up``: connected, and the platform has answered a hello on this connection.

    ``since`` is when that last changed, ``reason`` why it is not up, one word ("" before the first
    attempt has ended).  Counts rise from 0 at the start of the process.
    """

    up: bool = False
    connected: bool = False
    since: Stamp
    reason: str = ""
    connects: int = 0
    rtt_ms: float | None = None  # of the last hello
    catchup_rps: float = 0.0
    lanes: tuple[LaneState, ...] = ()
    acked: Mapping[str, int] = field(default_factory=dict)  # records, by stream
    accepted: int = 0  # commands
    rejected: Mapping[str, int] = field(default_factory=dict)  # commands, by reason


class Sync:
    """Made once, when the way is enabled.  All calls on the loop's thread.

    ``connect`` is how a link comes about, MQTT unless a test or a drill has another.
    """

    def __init__(
        self,
        table: settings.Sync,
        parts: Parts,
        connect: Connect | None = None,
        dice: random.Random | None = None,
    ) -> None:
        self._table, self._parts = table, parts
        self._topics = Topics(table.tenant or "", table.shard, parts.gateway)
        self._connect = connect or _mqtt(table, self._topics)
        self._reconnect = Reconnect(parts.gateway, _rule(table), dice or random.Random())  # noqa: S311  # no secret
        self._counts = Counts()
        self._commands = Commands(parts, self._counts)
        self._bucket = Bucket(table.catchup_rps)
        self._session: Session | None = None
        self._nudged = asyncio.Event()
        self._up, self._connected, self._reason = False, False, ""
        self._since = parts.clock.now()
        self._rtt_ns: int | None = None
        self._up_s: float | None = None  # since when, on this connection

    async def run(self) -> NoReturn:
        """Until cancelled.  Anything that comes out is our bug."""
        desk = Desk(
            parts=self._parts,
            topics=self._topics,
            run=secrets.token_hex(8),
            outbox=self._parts.journal.outbox(),
            counts=self._counts,
            commands=self._commands,
            bucket=self._bucket,
        )
        self._parts.journal.watch(self._news)
        try:
            while True:
                lasted_s = await self._once(desk)
                await self._pause(self._reconnect.wait(_now_s(), lasted_s))
        finally:
            await desk.outbox.aclose()

    def nudge(self) -> None:
        """The modem has a connection again: try at once."""
        self._nudged.set()

    def state(self) -> SyncState:
        counts = self._counts
        aloft = {} if self._session is None else self._session.lanes.in_flight()
        return SyncState(
            up=self._up,
            connected=self._connected,
            since=self._since,
            reason="no_answer" if self._connected and not self._up else self._reason,
            connects=counts.connects,
            rtt_ms=None if self._rtt_ns is None else self._rtt_ns / 1e6,
            catchup_rps=self._bucket.rate,
            lanes=tuple(
                LaneState(
                    name=lane,
                    in_flight=aloft.get(lane, 0),
                    sent=counts.sent[lane],
                    resent=counts.resent[lane],
                )
                for lane in LANES
            ),
            acked=MappingProxyType(dict(counts.acked)),
            accepted=counts.accepted,
            rejected=MappingProxyType(dict(counts.rejected)),
        )

    def _news(self) -> None:
        if self._session is not None:
            self._session.news()

    async def _once(self, desk: Desk) -> float | None:
        """One connection; how many seconds it was up, None if it never was."""
        self._up_s = None
        will = Will(self._topics.up("state"), presence(desk.run, online=False))
        keys = await asyncio.to_thread(read_keys, self._parts.keys)
        try:
            async with self._connect(will) as link:
                self._connected = True
                self._counts.connects += 1
                self._session = Session(desk, link, keys, self)
                await self._session.run()
        except LinkTrouble as trouble:
            log.debug("no way to the platform: %s", trouble)
            self._away(trouble.reason)
        finally:
            self._session, self._connected = None, False
        return self._lasted()

    def _lasted(self) -> float | None:
        return None if self._up_s is None else _now_s() - self._up_s

    def answered(self, reply: Reply, rtt_ns: int) -> None:
        """A ``Watcher`` of the session."""
        self._rtt_ns = rtt_ns
        if reply.fleet is not None:
            self._reconnect.fleet = reply.fleet
        if reply.retry is not None:
            self._reconnect.rule = reply.retry
        if self._up_s is None:
            self._up_s = _now_s()
        if not self._up:
            self._turn(up=True, reason="")
            log.info("the platform is back")

    def unanswered(self) -> None:
        """A ``Watcher`` of the session."""
        self._away("no_answer")

    def _away(self, reason: str) -> None:
        if self._up or not self._reason:
            self._turn(up=False, reason=reason)
            log.warning("the platform is away (%s)", reason)
        self._reason = reason

    def _turn(self, *, up: bool, reason: str) -> None:
        self._up, self._reason, self._since = up, reason, self._parts.clock.now()

    async def _pause(self, seconds: float) -> None:
        self._nudged.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._nudged.wait()
        except TimeoutError:
            return


def _mqtt(table: settings.Sync, topics: Topics) -> Connect:
    """The library is imported with the first connection: a box without a platform has no use for
    its megabytes."""

    @asynccontextmanager
    async def connect(will: Will) -> AsyncIterator[Link]:
        from agent.sync.mqtt import dial  # noqa: PLC0415  # see above

        async with dial(table, topics, will) as link:
            yield link

    return connect


def _rule(table: settings.Sync) -> Retry:
    return Retry(
        first_s=table.first_s,
        for_s=table.first_for_s,
        most_s=table.most_s,
        healthy_s=table.healthy_s,
    )


def _now_s() -> float:
    """Waits are the loop's business, so they are counted on its clock."""
    return asyncio.get_running_loop().time()
