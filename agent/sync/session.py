"""One connection, from the first hello to the moment when it falls.

Three tasks: one says hello, one listens, one sends what the lanes want sent.  None of them waits
for another; what they share is sans I/O (``Greeting``, ``Lanes``, ``Gate``).
"""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from typing import Protocol

from agent.model.kinds import BULK, URGENT
from agent.store.outbox import Unreadable
from agent.sync.commands import Commands
from agent.sync.counts import Counts
from agent.sync.gate import Gate
from agent.sync.greeting import Greeting
from agent.sync.hello import hello, presence
from agent.sync.lanes import Lanes
from agent.sync.link import Arrival, Link, LinkTrouble
from agent.sync.pace import Bucket
from agent.sync.parts import Outbox, Parts
from agent.sync.signing import KeyRing
from agent.sync.steps import Fetch, Read, Send, Wait
from agent.sync.topics import Topics
from agent.sync.wire import Renew, Reply, read_ack, read_replay, read_reply

log = logging.getLogger(__name__)

SECOND = 1_000_000_000
SICK_S = 5.0  # until a disk that cannot be read is asked again
SLOW_NS = 10 * SECOND
"""An answer that took longer tells too little about the time to be offered to the clock."""

UNANSWERED = 3
"""Hellos without an answer until the platform counts as away: 5 + 10 + 20 s."""


class Watcher(Protocol):
    """Whom a session tells whether there is a platform behind the broker."""

    def answered(self, reply: Reply, rtt_ns: int) -> None:
        """Each time."""
        ...

    def unanswered(self) -> None:
        """Once for each hello that is repeated, from the third on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What outlives a connection.  ``run`` is new at each start of the process."""

    parts: Parts
    topics: Topics
    run: str
    outbox: Outbox
    counts: Counts
    commands: Commands
    bucket: Bucket


class Session:
    """``run`` once; ``news`` whenever the journal has something new."""

    def __init__(self, desk: Desk, link: Link, keys: KeyRing, watcher: Watcher) -> None:
        self._desk, self._link, self._watcher = desk, link, watcher
        self.lanes = Lanes(desk.counts, desk.bucket)
        self._greeting = Greeting(self._mono())
        self._gate = Gate(desk.parts.gateway, keys)
        self._last = 0  # the newest block's, in the hello that waits for its answer
        self._epoch: int | None = None  # in use, as the last hello told it; None: not told
        self._more = asyncio.Event()  # to send, or room for it
        self._hurry = asyncio.Event()  # with the hello

    async def run(self) -> None:
        """Until the link falls: LinkTrouble.  Anything else that comes out is our bug."""
        fallen: list[LinkTrouble] = []
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(), name="sync listen")
                tasks.create_task(self._greet(), name="sync greet")
                tasks.create_task(self._send(tasks), name="sync send")
        except* LinkTrouble as trouble:
            fallen.extend(_leaves(trouble))
        if fallen:
            raise fallen[0]

    def news(self) -> None:
        journal = self._desk.parts.journal
        self.lanes.news(journal.last(URGENT), journal.last(BULK))
        if self._epoch is not None and journal.epoch != self._epoch:  # a database was begun anew
            self._epoch = None
            self._called()
        self._more.set()

    def _mono(self) -> int:
        return self._desk.parts.clock.now().mono_ns

    # ── hello ────────────────────────────────────────────────────────────────────────────────

    async def _greet(self) -> None:
        state = presence(self._desk.run, online=True)
        await self._link.publish(self._desk.topics.up("state"), state, retain=True)
        while True:
            if self._mono() >= self._greeting.due_ns:
                if self._greeting.tries >= UNANSWERED:
                    self._watcher.unanswered()
                await self._say_hello()
            await self._until(self._hurry, self._greeting.due_ns)

    async def _say_hello(self) -> None:
        """Nothing else has its turn between the look at the numbers and their handing over: no
        record with a higher number overtakes them (the journal tells them without a disk)."""
        desk = self._desk
        heads = await desk.outbox.heads()
        bulk = heads.get(BULK) or ()
        nonce, at = secrets.token_urlsafe(18), desk.parts.clock.now()
        self._last = bulk[-1].last if bulk else 0
        self._epoch = bulk[-1].epoch if bulk else 0
        self._greeting.said(nonce, at.mono_ns)
        self._gate.issued(nonce, at.mono_ns)
        told = hello(desk.parts.gateway, desk.run, nonce, desk.parts.about, at, heads)
        await self._link.publish(desk.topics.up("hello"), told)

    def _called(self) -> None:
        self._greeting.hurry(self._mono())
        self._hurry.set()

    def _heard(self, reply: Reply) -> None:
        now_ns = self._mono()
        rtt_ns = self._greeting.heard(reply, now_ns)
        if rtt_ns is None:
            return
        if reply.utc_ns is not None and rtt_ns <= SLOW_NS:
            half_ns = rtt_ns // 2
            self._desk.parts.clock.offer("platform", reply.utc_ns + half_ns, half_ns)
        if reply.catchup_rps is not None:
            self._desk.bucket.set_rate(reply.catchup_rps, now_ns)
        self._watcher.answered(reply, rtt_ns)
        if reply.renew is not None:
            self._renew(reply.renew)
        else:
            self.lanes.greeted(self._last, now_ns)
            self._more.set()

    def _renew(self, renew: Renew) -> None:
        """Nothing goes under the old epoch any more; the next hello tells of the new one."""
        log.error("the platform says that this journal is %s: a new epoch begins", renew.why or "?")
        self.lanes.hold()
        self._desk.parts.journal.renew(renew.at_least, self._called, renew.why or "behind")

    # ── listening ────────────────────────────────────────────────────────────────────────────

    async def _listen(self) -> None:
        async for arrival in self._link.messages():
            self._take(arrival)

    def _take(self, arrival: Arrival) -> None:
        word = self._desk.topics.word(arrival.topic)
        if word == "command":
            self._desk.commands.take(arrival, self._gate)
            if self._gate.crowded:
                self._called()
        elif arrival.retained:  # an answer from another day
            log.debug("the broker keeps %s", arrival.topic)
        elif word == "call":
            self._called()
        elif word == "hello" and (reply := read_reply(arrival.payload)):
            self._heard(reply)
        elif self._greeting.answered:
            self._heed(word, arrival.payload)

    def _heed(self, word: str | None, payload: bytes) -> None:
        """Words about numbers.  One that comes before the first answer was meant for whoever had
        this line before; where a card was cloned, that is another box with the same numbers, and
        its acknowledgement would settle what only this box has."""
        if word == "ack" and (ack := read_ack(payload)):
            self._desk.parts.journal.ack(ack.stream, ack.epoch, ack.ranges)
            self.lanes.acked(ack, self._mono())
            self._more.set()
        elif word == "replay" and (replay := read_replay(payload)):
            self.lanes.asked(replay)
            self._more.set()

    # ── sending ──────────────────────────────────────────────────────────────────────────────

    async def _send(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            step = self.lanes.next(self._mono())
            match step:
                case Send():
                    tasks.create_task(self._publish(step))
                    await asyncio.sleep(0)  # the others have their turn too
                case Wait():
                    await self._until(self._more, step.until_ns)
                case _:
                    await self._look(step)

    async def _publish(self, send: Send) -> None:
        await self._link.publish(self._desk.topics.up(send.lane), send.payload)
        self.lanes.taken(send)
        self._more.set()

    async def _look(self, step: Read | Fetch) -> None:
        """A disk that cannot be read now loses nothing: it is asked again."""
        try:
            if isinstance(step, Read):
                await self._read(step)
            else:
                await self._fetch(step)
        except Unreadable as why:
            log.debug("the journal cannot be read: %s", why)
            await asyncio.sleep(SICK_S)

    async def _read(self, read: Read) -> None:
        outbox = self._desk.outbox
        if read.lane == URGENT:
            parcels = await outbox.urgent(read.after, read.limit)
        else:
            parcels = await outbox.bulk(read.after, read.limit, read.upto)
        self.lanes.read(read, parcels)

    async def _fetch(self, fetch: Fetch) -> None:
        answer = await self._desk.outbox.replay(
            fetch.stream, fetch.epoch, fetch.ranges, fetch.limit
        )
        if fetch.flight is None and answer.gone:
            self._desk.parts.journal.gone(fetch.stream, fetch.epoch, answer.gone)
        self.lanes.fetched(fetch, answer.parcels, answer.rest, self._mono())

    async def _until(self, event: asyncio.Event, until_ns: int | None) -> None:
        """The event happened, or it is that late."""
        wait_s = None if until_ns is None else max(0.0, (until_ns - self._mono()) / SECOND)
        try:
            async with asyncio.timeout(wait_s):
                await event.wait()
        except TimeoutError:
            return
        event.clear()


def _leaves(group: BaseExceptionGroup[LinkTrouble]) -> list[LinkTrouble]:
    found: list[LinkTrouble] = []
    for one in group.exceptions:
        found.extend(_leaves(one) if isinstance(one, BaseExceptionGroup) else [one])
    return found
