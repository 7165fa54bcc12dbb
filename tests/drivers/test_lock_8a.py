"""The lock board's memory of its doors: a change is told once, by whoever saw it first."""

from agent.drivers.base import Acts, Listens, Polls
from agent.drivers.codecs.bcc8a import OPEN, READ, REPORT, encode
from agent.drivers.doors.lock_8a import Lock8a
from agent.model.messages import Event, Message
from tests.drivers.wires import AT, Script, build, command, now

OPENED, SHUT = 0x00, 0x11  # of a lock that shorts its feedback when it is shut


def board(*watch: int) -> Lock8a:
    driver = build("lock-8a", 1, watch=watch)
    assert isinstance(driver, Lock8a)
    assert isinstance(driver, Listens)
    assert isinstance(driver, Polls)
    assert isinstance(driver, Acts)
    return driver


def told(messages: object) -> list[tuple[str, object]]:
    assert isinstance(messages, list)
    return [(m.kind, m.data["channel"]) for m in messages if isinstance(m, Event)]


async def polled(driver: Lock8a, **doors: int) -> list[tuple[str, object]]:
    exchanges = [
        (encode(READ, 1, int(lock[1:]), 0x33), encode(READ, 1, int(lock[1:]), code))
        for lock, code in doors.items()
    ]
    line = Script(exchanges)
    messages: list[Message] = list(await driver.poll(line, now))
    assert not line.left
    return told(messages)


async def test_a_poll_tells_a_change_once() -> None:
    driver = board(3)
    assert await polled(driver, l3=SHUT) == [("lock_closed", 3)]
    assert await polled(driver, l3=SHUT) == []
    assert await polled(driver, l3=OPENED) == [("lock_opened", 3)]
    assert await polled(driver, l3=OPENED) == []


async def test_what_the_board_reported_is_not_told_again_by_the_poll() -> None:
    driver = board(3)
    assert told(list(driver.heard(encode(REPORT, 1, 3, OPENED), AT))) == [("lock_opened", 3)]
    assert await polled(driver, l3=OPENED) == []
    assert await polled(driver, l3=SHUT) == [("lock_closed", 3)]


async def test_nor_is_what_a_command_did() -> None:
    driver = board(3)
    assert await polled(driver, l3=SHUT) == [("lock_closed", 3)]
    line = Script(
        [
            (encode(OPEN, 1, 3, 0x11), encode(OPEN, 1, 3, OPENED)),
            (encode(READ, 1, 3, 0x33), encode(READ, 1, 3, OPENED)),
        ]
    )
    opened = list(await driver.act(line, command("open", channel=3), now))
    assert told(opened) == [("lock_opened", 3)]
    assert await polled(driver, l3=OPENED) == []


async def test_a_board_that_is_not_watched_is_asked_seldom() -> None:
    assert board().every > board(1).every
    assert await polled(board(), l1=OPENED) == []


async def test_an_answer_of_another_lock_or_board_is_not_ours() -> None:
    neighbours = encode(READ, 1, 2, OPENED) + encode(READ, 2, 1, OPENED) + encode(READ, 1, 1, SHUT)
    driver = board(1)
    line = Script([(encode(READ, 1, 1, 0x33), neighbours)])
    assert told(list(await driver.poll(line, now))) == [("lock_closed", 1)]
