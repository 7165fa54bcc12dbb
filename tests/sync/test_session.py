"""One connection over a link of paper."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import pytest

from agent.model.kinds import BULK, URGENT
from agent.sync import session as module
from agent.sync.commands import Commands
from agent.sync.counts import Counts
from agent.sync.link import LinkLost
from agent.sync.pace import MOST_BLOCKS, MOST_URGENT, Bucket
from agent.sync.session import Desk, Session
from agent.sync.signing import KeyRing
from agent.sync.wire import Reply
from tests.sync.fakes import (
    BOX,
    SECOND,
    TOPICS,
    Bench,
    PaperLink,
    PaperPlatform,
    public_key,
    signed,
    until,
)


@dataclass
class Rig(Bench):
    """A box, a link and a platform; it is its own watcher."""

    link: PaperLink = field(default_factory=PaperLink)
    counts: Counts = field(default_factory=Counts)
    replies: list[tuple[Reply, int]] = field(default_factory=list)
    silences: int = 0

    def __post_init__(self) -> None:
        self.platform = PaperPlatform(self.link)

    def answered(self, reply: Reply, rtt_ns: int) -> None:
        self.replies.append((reply, rtt_ns))

    def unanswered(self) -> None:
        self.silences += 1

    def session(self) -> Session:
        parts = self.parts()
        desk = Desk(
            parts=parts,
            topics=TOPICS,
            run="run-1",
            outbox=self.journal,
            counts=self.counts,
            commands=Commands(parts, self.counts),
            bucket=Bucket(1e6),
        )
        session = Session(desk, self.link, KeyRing([public_key()]), self)
        self.journal.watch(session.news)
        return session

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Session]:
        session = self.session()
        running = asyncio.create_task(session.run())
        try:
            yield session
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    def nonce(self) -> str:
        return str(self.link.told("hello")[-1]["nonce"])

    def said_hello(self, times: int) -> bool:
        return len(self.link.told("hello")) == times

    def jump(self, seconds: int) -> None:
        self.clock.mono_ns += seconds * SECOND


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_everything_arrives_and_is_acknowledged(rig: Rig) -> None:
    for first in range(1, 101):
        rig.journal.add(URGENT, first)
        rig.journal.add(BULK, first * 10, first * 10 + 9)
    async with rig.connected():
        await until(lambda: rig.journal.settled[BULK].total() == 1000)
        await until(lambda: rig.journal.settled[URGENT].total() == 100)
        rig.journal.add(BULK, 1010, 1019)
        rig.journal.add(URGENT, 101)
        await until(lambda: rig.journal.settled[BULK].total() == 1010)
        await until(lambda: rig.journal.settled[URGENT].total() == 101)
    assert rig.platform.got[URGENT] == list(range(1, 102))
    assert rig.platform.got[BULK] == list(range(10, 1011, 10))
    assert rig.counts.acked == {URGENT: 101, BULK: 1010}
    assert rig.link.words().count("live") == 1


async def test_first_the_state_then_the_hello_then_nothing_until_it_is_answered(rig: Rig) -> None:
    rig.platform.answers = False
    rig.journal.add(URGENT, 1)
    rig.journal.add(BULK, 1)
    async with rig.connected():
        await until(lambda: len(rig.link.published) == 2)
        rig.link.say("hello", {"nonce": "another", "utc": None})
        rig.link.say("hello", b"\xff")
        await asyncio.sleep(0.05)
        assert rig.link.words() == ["state", "hello"]
        assert rig.link.published[0][2]  # retained
        rig.link.say("hello", {"nonce": rig.nonce(), "utc": None})
        await until(lambda: rig.platform.got[URGENT] and rig.platform.got[BULK])
    hello = rig.link.told("hello")[0]
    assert (hello["gateway"], hello["run"], hello["boot"]) == (BOX, "run-1", "boot-1")
    assert hello["streams"]["bulk"] == [{"epoch": 1, "first": 1, "last": 1, "cursor": 1}]


async def test_the_time_is_the_answers_and_half_of_the_round_trip(rig: Rig) -> None:
    rig.platform.answers = False
    async with rig.connected():
        await until(lambda: "hello" in rig.link.words())
        rig.jump(2)
        told = {"nonce": rig.nonce(), "utc": "2026-03-01T00:00:00Z"}
        rig.link.say("hello", told)
        await until(lambda: rig.replies)
    ((source, utc_ns, error_ns),) = rig.clock.offers
    assert source == "platform"
    assert SECOND <= error_ns < 1.5 * SECOND
    assert utc_ns == 1_772_323_200 * SECOND + error_ns
    assert rig.replies[0][1] // 2 == error_ns


async def test_an_answer_that_took_long_tells_no_time(rig: Rig) -> None:
    rig.platform.answers = False
    async with rig.connected():
        await until(lambda: "hello" in rig.link.words())
        rig.jump(11)
        rig.link.say("hello", {"nonce": rig.nonce(), "utc": "2026-03-01T00:00:00Z"})
        await until(lambda: rig.replies)
    assert not rig.clock.offers


async def test_a_platform_that_calls_gets_a_new_hello_and_everything_without_word(rig: Rig) -> None:
    rig.platform.acks = False
    rig.journal.add(URGENT, 1)
    async with rig.connected():
        await until(lambda: rig.platform.got[URGENT] == [1])
        rig.platform.acks = True
        rig.jump(6)
        rig.link.say("call", {"v": 1})
        await until(lambda: rig.journal.settled[URGENT].total() == 1)
    nonces = [told["nonce"] for told in rig.link.told("hello")]
    assert len(set(nonces)) == 2
    assert rig.platform.got[URGENT] == [1, 1]
    assert rig.counts.resent == {URGENT: 1}


async def test_a_flood_of_calls_is_no_flood_of_hellos(rig: Rig) -> None:
    async with rig.connected():
        await until(lambda: rig.replies)
        for _ in range(100):
            rig.link.say("call", {"v": 1})
        await until(rig.link.arrivals.empty)
        await asyncio.sleep(0.05)
    assert rig.link.words().count("hello") == 1


async def test_a_platform_that_never_answers_is_told_of(rig: Rig) -> None:
    rig.platform.answers = False
    async with rig.connected():
        for turn in range(1, 5):
            await until(partial(rig.said_hello, turn))
            rig.jump(60)
            rig.link.say("call", {"v": 1})
        await until(partial(rig.said_hello, 5))
    assert rig.silences == 2


async def test_a_new_epoch_is_begun_and_told_before_anything_goes(rig: Rig) -> None:
    rig.platform.renew = {"at_least": 4, "why": "behind"}
    rig.journal.add(URGENT, 1)
    async with rig.connected():
        await until(lambda: rig.journal.renewed)
        await asyncio.sleep(0.02)
        assert not rig.platform.got[URGENT]
        rig.jump(6)
        rig.link.say("call", {"v": 1})
        await until(lambda: len(rig.replies) == 2)
        rig.journal.add(URGENT, 2)
        await until(lambda: 2 in rig.platform.got[URGENT])
    assert rig.journal.renewed == [(4, "behind")]
    assert rig.link.told("hello")[-1]["streams"]["urgent"][0]["epoch"] == 4


@pytest.mark.parametrize("word", ["ack", "replay"])
async def test_words_for_a_twin_that_had_the_line_before_are_not_heeded(
    rig: Rig, word: str
) -> None:
    """Its card was cloned: the same numbers, other records."""
    rig.journal.add(BULK, 1, 9)
    rig.platform.answers = False
    async with rig.connected():
        await until(lambda: rig.said_hello(1))
        rig.link.say(word, {"id": "r", "stream": "bulk", "epoch": 1, "ranges": [[1, 9]]})
        rig.platform.answers = True
        rig.link.say("call", {"v": 1})
        rig.jump(2)
        await until(lambda: rig.journal.settled[BULK].total() == 9)
        await asyncio.sleep(0.02)
    assert rig.platform.got[BULK] == [1]


async def test_an_epoch_that_changed_by_itself_is_told(rig: Rig) -> None:
    async with rig.connected():
        await until(lambda: rig.replies)
        rig.journal.epoch += 1
        rig.jump(2)
        rig.journal.add(URGENT, 1)
        await until(lambda: rig.said_hello(2))
    assert rig.link.told("hello")[-1]["streams"]["urgent"][0]["epoch"] == 2


async def test_numbers_that_nobody_has_any_more_are_said_to_be_gone(rig: Rig) -> None:
    for first in range(1, 6):
        rig.journal.add(BULK, first)
    rig.journal.lost[BULK].add(2, 3)
    async with rig.connected():
        await until(lambda: rig.journal.settled[BULK].total() == 5)
        ranges = [[1, 4]]
        rig.link.say("replay", {"id": "r", "stream": "bulk", "epoch": 1, "ranges": ranges})
        await until(lambda: len(rig.platform.got[BULK]) == 7)
    assert rig.platform.got[BULK][5:] == [1, 4]
    assert rig.journal.told_gone == [(BULK, 1, ((2, 3),))]


async def test_an_idle_connection_reads_no_disk(rig: Rig) -> None:
    async with rig.connected():
        await until(lambda: rig.replies)
        await asyncio.sleep(0.05)
        reads = rig.journal.reads
        await asyncio.sleep(0.2)
        assert rig.journal.reads == reads


async def test_a_sick_disk_is_asked_again(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SICK_S", 0.01)
    rig.journal.add(URGENT, 1)
    rig.journal.sick = 3
    async with rig.connected():
        await until(lambda: rig.journal.settled[URGENT].total() == 1)
    assert rig.journal.sick == 0


async def test_a_broker_that_takes_nothing_gets_no_more(rig: Rig) -> None:
    async with rig.connected():
        await until(lambda: rig.replies)
        rig.link.stuck = True
        for first in range(1, 1000):
            rig.journal.add(BULK, first)
            rig.journal.add(URGENT, first)
        await until(lambda: rig.link.under_way == MOST_BLOCKS + MOST_URGENT)
        await asyncio.sleep(0.05)
        assert rig.link.most_under_way == MOST_BLOCKS + MOST_URGENT


async def test_when_the_link_falls_so_does_the_session(rig: Rig) -> None:
    running = asyncio.create_task(rig.session().run())
    await until(lambda: rig.replies)
    rig.link.fall()
    with pytest.raises(LinkLost) as lost:
        await running
    assert lost.value.reason == "lost"


async def test_a_command_goes_to_whoever_carries_it_out(rig: Rig) -> None:
    async with rig.connected():
        await until(lambda: rig.replies)
        rig.link.say("command", signed(rig.nonce()))
        await until(lambda: rig.orders)
    ((command, by),) = rig.orders
    assert (command.id, by) == ("c-1", "duty officer")
    assert rig.counts.accepted == 1
    assert not rig.events


async def test_a_refused_command_is_put_on_record(rig: Rig) -> None:
    async with rig.connected():
        await until(lambda: rig.replies)
        rig.link.say("command", signed(rig.nonce()), retained=True)
        rig.link.say("command", signed("old"))
        await until(lambda: len(rig.events) == 2)
    told = [(event.device, event.kind, dict(event.data)) for event in rig.events]
    assert told == [
        (BOX, "command_rejected", {"id": None, "reason": "retained"}),
        (BOX, "command_rejected", {"id": "c-1", "reason": "nonce"}),
    ]
    assert rig.counts.rejected == {"retained": 1, "nonce": 1}
    assert not rig.orders


async def test_a_flood_of_forged_commands_fills_no_journal(rig: Rig) -> None:
    async with rig.connected():
        for _ in range(500):
            rig.link.say("command", b"open the door")
        await until(lambda: rig.counts.rejected["format"] == 500)
        assert len(rig.events) <= 30
        rig.jump(121)
        rig.link.say("command", b"open the door")
        await until(lambda: rig.counts.rejected["format"] == 501)
    assert len(rig.events) <= 31
    assert rig.events[-1].data["untold"] == 470


async def test_what_the_broker_kept_is_no_answer_and_no_word(rig: Rig) -> None:
    rig.platform.answers = False
    rig.journal.add(URGENT, 1)
    async with rig.connected():
        await until(lambda: "hello" in rig.link.words())
        rig.link.say("hello", {"nonce": rig.nonce()}, retained=True)
        ack = {"stream": "urgent", "epoch": 1, "ranges": [[1, 1]]}
        rig.link.say("ack", ack, retained=True)
        rig.link.say("ack", [ack])
        rig.link.say("ack", {**ack, "ranges": "all"})
        rig.link.say("replay", b"")
        rig.link.say("firmware", {"v": 1})
        await until(rig.link.arrivals.empty)
        await asyncio.sleep(0.02)
    assert not rig.replies
    assert rig.journal.settled[URGENT].total() == 0
