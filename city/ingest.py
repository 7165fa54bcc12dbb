"""From publishes to committed rows to acknowledgements.

What comes within a moment goes into one transaction, for a disk syncs a hundred blocks as fast as
one.  Acknowledgements leave after the commit and while the next one is under way; if one is lost,
the box sends again, and gets it again.
"""

import asyncio
import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from city import codec, hello
from city.commands import Commands
from city.desk import Desk
from city.forms import utc_text
from city.hello import Verdict
from city.link import NoBroker, Publish
from city.parcels import Arrival, Hello, Parcel, Presence
from city.ranges import Range, Ranges
from city.settings import Pacing
from city.store.base import Key, Outcome, Store, StoreRefused
from city.topics import Topics

log = logging.getLogger(__name__)

MOST_MESSAGES = 512
MOST_BYTES = 8 * 2**20
"""Of one transaction; what its decoding takes is some ten times that."""
GATHER_S = 0.05
"""How long a first message waits for others: twenty commits a second at most."""
MOST_RANGES = 512
"""Of one acknowledgement; more are told in several."""
CALL_S, MOST_CALL_S = 1.0, 30.0
"""After a refusal, until the boxes are asked to send again."""
AT_ONCE = 20
"""Publishes under way: what brokers take in flight by default."""

_Letter = tuple[str, bytes]
"""Topic and payload."""


@dataclass(frozen=True, slots=True)
class Post:
    """How answers leave.  Acknowledgements have a way of their own, so that a drill can lose
    some."""

    topics: Topics
    publish: Publish
    acknowledge: Publish


@dataclass(slots=True)
class _Batch:
    arrivals: list[Arrival] = field(default_factory=list)
    size: int = 0
    hurried: bool = False

    def add(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        self.size += len(arrival.payload)
        self.hurried |= arrival.branch == "hello"

    @property
    def full(self) -> bool:
        return len(self.arrivals) >= MOST_MESSAGES or self.size >= MOST_BYTES


class Intake:
    """``put`` waits while the database is behind, and so does the broker."""

    def __init__(
        self, desk: Desk, store: Store, commands: Commands, post: Post, pacing: Pacing
    ) -> None:
        self._desk, self._store, self._commands = desk, store, commands
        self._post, self._pacing = post, pacing
        self._queue: asyncio.Queue[Arrival] = asyncio.Queue(64)
        self._refused = False
        self._unheard: set[str] = set()  # boxes of which a commit was refused
        self._missed = asyncio.Event()
        self._asks = 0

    async def put(self, arrival: Arrival) -> None:
        await self._queue.put(arrival)

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._call_again())
            answering = group.create_task(self._answer(Outcome()))
            while True:
                outcome = await self._commit(await self._gather())
                await answering  # one round of answers under way, while the next is committed
                answering = group.create_task(self._answer(outcome))

    async def _call_again(self) -> None:
        """Boxes of which something was refused are called: they need not wait until they miss our
        word.  A database that goes on refusing is asked less and less often."""
        wait_s = CALL_S
        while True:
            await self._missed.wait()
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, MOST_CALL_S) if self._refused else CALL_S
            self._missed.clear()
            called, self._unheard = self._unheard, set()
            await _post(self._post.publish, [self._letter(box, "call", {"v": 1}) for box in called])

    async def _gather(self) -> list[Arrival]:
        """What comes within a moment.  After a hello, only what is already there: it waits for
        the time, and the box for its answer."""
        batch = _Batch()
        batch.add(await self._queue.get())
        try:
            async with asyncio.timeout(GATHER_S):
                while not batch.full and not (batch.hurried and self._queue.empty()):
                    batch.add(await self._queue.get())
        except TimeoutError:
            pass
        return batch.arrivals

    async def _commit(self, batch: Sequence[Arrival]) -> Outcome:
        """Nothing, if the database refuses: then nobody is answered, and all of it comes again."""
        try:
            parcels, outcome = await self._desk.do(lambda: self._keep(batch))
        except StoreRefused as fault:
            if not self._refused:
                log.error("the database refuses: %s; nothing is acknowledged", fault)  # noqa: TRY400
            self._refused = True
            self._unheard |= {arrival.gateway for arrival in batch}
            self._missed.set()
            return Outcome()
        if self._refused:
            log.warning("the database takes records again")
            self._refused = False
        self._tell(parcels, outcome)
        return outcome

    def _keep(self, batch: Iterable[Arrival]) -> tuple[list[Parcel], Outcome]:
        """On the store's thread, decoding too: the loop has others to serve.  StoreRefused."""
        parcels = list(_parcels(batch))
        return parcels, self._store.commit(parcels)

    def _tell(self, parcels: Iterable[Parcel], outcome: Outcome) -> None:
        """Those who send commands: who is there, and what became of what they sent."""
        for parcel in parcels:
            if isinstance(parcel, Hello):
                self._commands.heard(parcel.gateway, parcel.nonce, parcel.mono_ns)
            elif isinstance(parcel, Presence) and not parcel.online:
                self._commands.gone(parcel.gateway)
        for result in outcome.results:
            self._commands.told(result)

    async def _answer(self, outcome: Outcome) -> None:
        """Acknowledgements first: what came before a hello is answered before it, for afterwards
        another box of the same name may be on the line (docs/protocol.md, section 3)."""
        await _post(self._post.acknowledge, self._acks(outcome.acks))
        welcomes = (self._welcome(*each) for each in outcome.greetings)
        await _post(self._post.publish, welcomes)
        for greeting, verdict in outcome.greetings:
            await _post(self._post.publish, self._replays(greeting, verdict))

    def _welcome(self, greeting: Hello, verdict: Verdict) -> _Letter:
        renew, pacing = verdict.renew, self._pacing
        return self._letter(
            greeting.gateway,
            "hello",
            {
                "v": 1,
                "nonce": greeting.nonce,
                "utc": utc_text(time.time_ns()),
                "renew": renew and {"at_least": renew.at_least, "why": renew.why},
                "pacing": {"catchup_rps": pacing.catchup_rps, "fleet": pacing.fleet},
            },
        )

    def _acks(self, acks: dict[Key, Ranges]) -> Iterator[_Letter]:
        for (gateway, stream, epoch), ranges in acks.items():
            for some in _parts(list(ranges)):
                yield self._letter(
                    gateway, "ack", {"v": 1, "stream": stream, "epoch": epoch, "ranges": some}
                )

    def _replays(self, greeting: Hello, verdict: Verdict) -> Iterator[_Letter]:
        for ask in verdict.asks:
            self._asks += 1
            wanted = {"v": 1, "id": f"r-{self._asks}", "stream": ask.stream, "epoch": ask.epoch}
            yield self._letter(greeting.gateway, "replay", wanted | {"ranges": ask.ranges})

    def _letter(self, gateway: str, branch: str, said: dict[str, object]) -> _Letter:
        payload = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        return self._post.topics.down(gateway, branch), payload


async def _post(publish: Publish, letters: Iterable[_Letter]) -> None:
    """Some at a time, in order.  What cannot be sent is not sent: the box asks again."""
    waiting = list(letters)
    for at in range(0, len(waiting), AT_ONCE):
        some = waiting[at : at + AT_ONCE]
        sent = await asyncio.gather(*(_sent(publish, letter) for letter in some))
        if not any(sent):
            log.info("%d answers could not be sent", len(waiting) - at)
            return


async def _sent(publish: Publish, letter: _Letter) -> bool:
    try:
        await publish(*letter, None)
    except NoBroker:
        return False
    return True


def _parcels(batch: Iterable[Arrival]) -> Iterator[Parcel]:
    for arrival in batch:
        gateway, payload = arrival.gateway, arrival.payload
        match arrival.branch:
            case "urgent":
                yield from codec.lines(gateway, payload)
            case "live" | "backfill":
                yield codec.block(gateway, payload)
            case "hello":
                yield hello.read(gateway, payload, arrival.mono_ns)
            case "state":
                yield hello.presence(gateway, payload)


def _parts(ranges: Sequence[Range]) -> Iterator[Sequence[Range]]:
    for at in range(0, len(ranges), MOST_RANGES):
        yield ranges[at : at + MOST_RANGES]
