"""The line on a port of the real kernel, in real time."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.line.asking import Manners, NoAnswer
from agent.line.line import Line
from agent.links.base import LinkDown
from agent.links.serial import open_serial
from tests.line.wire import value_of
from tests.links.pty import Pty

PATIENT = Manners(patience=30, quiet=0.01, attempts=1)


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[Pty]:
    port = Pty(tmp_path / "rs485-1")
    yield port
    port.unplug()


def answering(pty: Pty) -> None:
    """Device 3 lives at the other end from now on."""

    def heard() -> None:
        if pty.read() == b"?3.":
            pty.write(b"!3=")
            pty.write(b"42.")

    asyncio.get_running_loop().add_reader(pty.master, heard)


async def test_questions_and_answers_until_it_is_pulled(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    line = Line(link, pty.bus())
    pump = asyncio.create_task(line.pump())
    answering(pty)
    seat = line.seat(5, PATIENT)
    for _ in range(20):
        assert await seat.ask(b"?3.", value_of(3)) == 42
    assert line.counts().exchanges == 20
    asking = asyncio.create_task(seat.ask(b"?4.", value_of(4)))
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().remove_reader(pty.master)
    pty.unplug()
    with pytest.raises(LinkDown):
        await asking
    with pytest.raises(LinkDown):
        await pump
    await link.aclose()


async def test_who_gets_the_processor_late_still_finds_the_answer(pty: Pty) -> None:
    """It lay in the kernel in time; that this process was busy is not the device's fault."""

    def answers_and_then_the_processor_is_gone() -> None:
        if pty.read() == b"?3.":
            pty.write(b"!3=42.")
            time.sleep(0.8)

    link = await open_serial(pty.bus())
    line = Line(link, pty.bus())
    pump = asyncio.create_task(line.pump())
    asyncio.get_running_loop().add_reader(pty.master, answers_and_then_the_processor_is_gone)
    seat = line.seat(5, Manners(patience=0.5, quiet=0.01, attempts=1))
    assert await seat.ask(b"?3.", value_of(3)) == 42
    with pytest.raises(NoAnswer):
        await seat.with_manners(Manners(patience=0.05)).ask(b"?4.", value_of(4))
    asyncio.get_running_loop().remove_reader(pty.master)
    pump.cancel()
    await asyncio.gather(pump, return_exceptions=True)
    await link.aclose()
