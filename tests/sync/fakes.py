"""A journal, a clock and a link of paper, and a platform that writes on the other side of it."""

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agent.model.kinds import BULK, URGENT
from agent.model.messages import Command, Event
from agent.model.time import Stamp, TimeQuality
from agent.store.outbox import Head, Parcel, Replayed, Unreadable
from agent.store.ranges import Range, Ranges
from agent.sync.hello import About
from agent.sync.link import Arrival, Link, LinkLost, LinkTrouble, Will
from agent.sync.parts import Parts
from agent.sync.signing import ED25519, PublicKey
from agent.sync.topics import Topics

SECOND = 10**9
BOX = "box-1"
TOPICS = Topics("demo", "s0", BOX)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def public_key(key_id: str = "city-1", role: str = "command", **life: int) -> PublicKey:
    public = PRIVATE.public_key()

    def verify(data: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, data)
        except Exception:  # noqa: BLE001  # whatever the library may say
            return False
        return True

    return PublicKey(id=key_id, role=role, alg=ED25519, verify=verify, **life)


def public_pem(private: Ed25519PrivateKey = PRIVATE) -> bytes:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed(
    nonce: str,
    *,
    private: Ed25519PrivateKey = PRIVATE,
    kid: str = "city-1",
    alg: str = ED25519,
    text: str | None = None,
    **body: Any,  # noqa: ANN401  # whatever JSON can say
) -> bytes:
    """A command as a platform writes it; ``body`` replaces fields, ``text`` all of them."""
    fields: dict[str, object] = {
        "id": "c-1",
        "gateway": BOX,
        "nonce": nonce,
        "age_ms": 0,
        "ttl_ms": 10_000,
        "target": "relay-1",
        "action": "pulse",
        "args": {"channel": 1, "ms": 500},
        "by": "duty officer",
        **body,
    }
    written = json.dumps(fields) if text is None else text
    signature = private.sign(b"linli/v1/command\n" + written.encode())
    sig = base64.b64encode(signature).decode()
    return json.dumps({"kid": kid, "alg": alg, "body": written, "sig": sig}).encode()


@dataclass
class PaperClock:
    """Moves when it is told to."""

    mono_ns: int = 1_000 * SECOND
    utc_ns: int | None = None
    floor_ns: int = 0
    offers: list[tuple[str, int, int]] = field(default_factory=list)

    def now(self) -> Stamp:
        quality = TimeQuality.UNTRUSTED if self.utc_ns is None else TimeQuality.TRUSTED
        return Stamp("boot-1", self.mono_ns, self.utc_ns, quality)

    def offer(self, source: str, utc_ns: int, error_ns: int = 0) -> None:
        self.offers.append((source, utc_ns, error_ns))


class LoopClock(PaperClock):
    """Goes with the loop, from ``mono_ns`` on."""

    def now(self) -> Stamp:
        loop_ns = int(asyncio.get_running_loop().time() * 1e9)
        return replace(super().now(), mono_ns=self.mono_ns + loop_ns)


def parcel(stream: str, first: int, last: int | None = None, epoch: int = 1) -> Parcel:
    last = first if last is None else last
    line = {"type": "event", "gateway": BOX, "stream": stream, "epoch": epoch, "seq": first}
    return Parcel(stream, epoch, first, last, json.dumps({**line, "last": last}).encode())


class PaperJournal:
    """Keeps everything, and is its own outbox."""

    def __init__(self) -> None:
        self.parcels: dict[str, list[Parcel]] = {URGENT: [], BULK: []}
        self.settled: dict[str, Ranges] = defaultdict(Ranges)
        self.watchers: list[Callable[[], None]] = []
        self.told_gone: list[tuple[str, int, tuple[Range, ...]]] = []
        self.renewed: list[tuple[int, str]] = []
        self.lost: dict[str, Ranges] = defaultdict(Ranges)
        self.epoch = 1
        self.sick = 0  # so many reads fail
        self.reads = 0
        self.closed = False

    def add(self, stream: str, first: int, last: int | None = None) -> None:
        self.parcels[stream].append(parcel(stream, first, last, self.epoch))
        for callback in self.watchers:
            callback()

    def outbox(self) -> "PaperJournal":
        return self

    def watch(self, callback: Callable[[], None]) -> None:
        self.watchers.append(callback)

    def last(self, stream: str) -> int:
        return max((one.last for one in self.parcels[stream]), default=0)

    def ack(self, stream: str, epoch: int, ranges: tuple[Range, ...]) -> None:
        assert epoch <= self.epoch
        self.settled[stream].update(ranges)

    def gone(self, stream: str, epoch: int, ranges: Sequence[Range]) -> None:
        self.told_gone.append((stream, epoch, tuple(ranges)))

    def renew(self, at_least: int, done: Callable[[], None], why: str) -> None:
        self.renewed.append((at_least, why))
        self.epoch = max(at_least, self.epoch + 1)
        done()

    async def heads(self) -> dict[str, list[Head]]:
        return {
            stream: [Head(self.epoch, 1, self.last(stream), self._cursor(stream))]
            for stream in (URGENT, BULK)
        }

    async def urgent(self, after: int, limit: int) -> list[Parcel]:
        return await self._unsettled(URGENT, after, None, limit)

    async def bulk(self, after: int, limit: int, upto: int | None = None) -> list[Parcel]:
        return await self._unsettled(BULK, after, upto, limit)

    async def replay(
        self, stream: str, epoch: int, ranges: Sequence[Range], limit: int
    ) -> Replayed:
        self.reads += 1
        stored = [
            one
            for one in self.parcels[stream]
            if one.epoch == epoch
            and any(first <= one.last and one.first <= last for first, last in ranges)
            and not self.lost[stream].covers(one.first, one.last)
        ]
        had = Ranges((one.first, one.last) for one in stored)
        gone = [hole for first, last in ranges for hole in had.holes(first, last)]
        rest = [(one.first, one.last) for one in stored[limit:]]
        return Replayed(stored[:limit], gone, rest)

    async def aclose(self) -> None:
        self.closed = True

    async def _unsettled(
        self, stream: str, after: int, upto: int | None, limit: int
    ) -> list[Parcel]:
        self.reads += 1
        if self.sick:
            self.sick -= 1
            raise Unreadable("the disk is sick")
        return [
            one
            for one in self.parcels[stream]
            if one.first > after
            and (upto is None or one.last <= upto)
            and not self.settled[stream].covers(one.first, one.last)
        ][:limit]

    def _cursor(self, stream: str) -> int:
        last = self.last(stream)
        return next((low for low, _ in self.settled[stream].holes(1, last)), last + 1)


class PaperLink:
    """What the box publishes goes to ``platform``; what that says arrives."""

    def __init__(self) -> None:
        self.published: list[tuple[str, bytes, bool]] = []
        self.arrivals: asyncio.Queue[Arrival | LinkTrouble] = asyncio.Queue()
        self.platform: Callable[[str, bytes], None] = _nobody
        self.stuck = False  # the broker takes nothing more
        self.under_way = self.most_under_way = 0

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        word = topic.removeprefix(f"{TOPICS.branch}/up/")
        self.published.append((word, payload, retain))
        self.under_way += 1
        self.most_under_way = max(self.under_way, self.most_under_way)
        try:
            await asyncio.sleep(0)
            if self.stuck:
                await asyncio.Event().wait()
        finally:
            self.under_way -= 1
        self.platform(word, payload)

    async def messages(self) -> AsyncIterator[Arrival]:
        while True:
            arrival = await self.arrivals.get()
            if isinstance(arrival, LinkTrouble):
                raise arrival
            yield arrival

    def say(self, word: str, told: object, *, retained: bool = False) -> None:
        payload = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.arrivals.put_nowait(Arrival(f"{TOPICS.branch}/down/{word}", payload, retained))

    def fall(self) -> None:
        self.arrivals.put_nowait(LinkLost("lost"))

    def words(self) -> list[str]:
        return [word for word, _, _ in self.published]

    def told(self, word: str) -> list[Any]:
        return [json.loads(payload) for name, payload, _ in self.published if name == word]


class PaperPlatform:
    """Answers hellos and acknowledges what it gets, unless told otherwise."""

    def __init__(self, link: PaperLink, **pacing: object) -> None:
        self.link, self.pacing = link, {"catchup_rps": 1_000_000, "fleet": 1, **pacing}
        self.acks = True
        self.answers = True
        self.renew: dict[str, object] | None = None
        self.got: dict[str, list[int]] = {URGENT: [], BULK: []}
        link.platform = self.hears

    def hears(self, word: str, payload: bytes) -> None:
        if word == "hello":
            self._answer(json.loads(payload))
        elif word != "state":
            for line in payload.splitlines():
                self._store(json.loads(line))

    def _answer(self, told: dict[str, Any]) -> None:
        renew, self.renew = self.renew, None
        answer = {"v": 1, "nonce": told["nonce"], "utc": None, "renew": renew}
        if self.answers:
            self.link.say("hello", {**answer, "pacing": self.pacing})

    def _store(self, record: dict[str, Any]) -> None:
        stream, first = record["stream"], record["seq"]
        self.got[stream].append(first)
        if self.acks:
            ranges = [[first, record["last"]]]
            epoch = record["epoch"]
            self.link.say("ack", {"v": 1, "stream": stream, "epoch": epoch, "ranges": ranges})


def _nobody(word: str, payload: bytes) -> None:
    """Who hears it."""


@dataclass
class Bench:
    """A box of paper."""

    journal: PaperJournal = field(default_factory=PaperJournal)
    clock: PaperClock = field(default_factory=LoopClock)
    orders: list[tuple[Command, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def parts(self) -> Parts:
        return Parts(
            gateway=BOX,
            journal=self.journal,
            clock=self.clock,
            keys=(),
            order=lambda command, by: self.orders.append((command, by)),
            emit=self.events.append,
            about=About(agent="0.1.0", config="a1b2c3d4e5f6"),
        )


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Turns of the loop until it is so; fails after ``seconds``."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # whatever it is, not only an event
            await asyncio.sleep(0.001)


def connecting(*links: PaperLink | LinkTrouble) -> tuple[Any, list[Will]]:
    """A ``Connect`` that gives these links one after the other; and the wills that it was given."""
    waiting, wills = list(links), list[Will]()

    @asynccontextmanager
    async def connect(will: Will) -> AsyncIterator[Link]:
        wills.append(will)
        await asyncio.sleep(0)
        if not waiting:
            await asyncio.Event().wait()
        link = waiting.pop(0)
        if isinstance(link, LinkTrouble):
            raise link
        yield link

    return connect, wills
