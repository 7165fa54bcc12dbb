"""A port that works: what comes in, what goes out, and that nothing else gets between."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from agent.links.base import MOST, LinkDown
from agent.links.serial import SerialLink, open_serial
from tests.links.pty import Pty

ANY_BYTES = bytes(range(256))


async def gather(link: SerialLink, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        heard += await link.receive()
    return heard


def open_fds() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_every_byte_passes_unchanged_both_ways(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    await link.send(ANY_BYTES)
    assert pty.read() == ANY_BYTES
    pty.write(ANY_BYTES)  # XON, XOFF, CR, the interrupt character: a wire has no opinion
    assert await gather(link, 256) == ANY_BYTES
    await link.aclose()


async def test_nobody_gets_more_than_most_at_once(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    pty.write(b"x" * 3000)
    pieces = [await link.receive()]
    while sum(map(len, pieces)) < 3000:
        pieces.append(await link.receive())
    assert max(map(len, pieces)) <= MOST
    await link.aclose()


@contextlib.contextmanager
def flooded(pty: Pty) -> Iterator[None]:
    """A talker that never pauses, and drops what nobody takes, as a UART does."""
    stop = threading.Event()

    def pour() -> None:
        while not stop.is_set():
            with contextlib.suppress(BlockingIOError):
                pty.write(b"y" * 512)

    talker = threading.Thread(target=pour)
    talker.start()
    try:
        yield
    finally:
        stop.set()
        talker.join()


async def test_a_flood_lets_other_tasks_run(pty: Pty) -> None:
    """Between any two portions everybody else has a turn, however fast they come."""
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    link = await open_serial(pty.bus())
    other = asyncio.create_task(somebody_else())
    with flooded(pty):
        for _ in range(200):
            before = turns
            await link.receive()
            assert turns > before
    other.cancel()
    await link.aclose()


async def test_what_lay_there_before_we_opened_is_old(pty: Pty) -> None:
    """The kernel keeps 4095 bytes in one place and up to 16 KiB behind it: a weight from before."""
    stuffed = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            stuffed += pty.write(b"ST,GS,+00001.0kg\r\n" * 100)
    assert stuffed > 8000
    link = await open_serial(pty.bus())
    pty.write(b"new")
    assert await gather(link, 3) == b"new"
    await link.aclose()


async def test_what_the_adapter_kept_is_old(pty: Pty, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes after the flush: a USB device is not asked for its bytes before it is open."""

    class Keeping(serial.Serial):
        def open(self) -> None:
            super().open()
            pty.write(b"a code of this morning\r")

    monkeypatch.setattr("agent.links.port.serial.Serial", Keeping)
    link = await open_serial(pty.bus())
    pty.write(b"new")
    assert await gather(link, 3) == b"new"
    await link.aclose()


async def test_an_endless_talker_is_opened_all_the_same(pty: Pty) -> None:
    with flooded(pty):
        link = await open_serial(pty.bus())
        assert await link.receive()
        await link.aclose()


async def test_a_cancelled_receive_loses_nothing(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    for n in range(50):
        reading = asyncio.create_task(link.receive())
        await asyncio.sleep(0)
        pty.write(b"%02d" % n)
        for _ in range(n % 5):
            await asyncio.sleep(0)
        reading.cancel()
        heard = await asyncio.gather(reading, return_exceptions=True)
        got = heard[0] if isinstance(heard[0], bytes) else b""
        got += await gather(link, 2 - len(got))
        assert got == b"%02d" % n
    await link.aclose()


async def test_what_nobody_receives_waits_its_turn(pty: Pty) -> None:
    """The reader sets aside one portion, and leaves the next to the kernel."""
    link = await open_serial(pty.bus())
    first = asyncio.create_task(link.receive())
    await asyncio.sleep(0)
    pty.write(b"first")
    assert await first == b"first"
    for n in range(5):
        pty.write(b"%d" % n * 1000)
        await asyncio.sleep(0.01)
    assert await gather(link, 5000) == b"".join(b"%d" % n * 1000 for n in range(5))
    await link.aclose()


async def test_bytes_that_another_program_took_are_no_hang_up(pty: Pty) -> None:
    """The kernel said that bytes were there, and there are none: not the same as a lost port."""
    link = await open_serial(pty.bus())
    link._readable()
    pty.write(b"still here")
    assert await gather(link, 10) == b"still here"
    await link.aclose()


async def test_a_full_port_is_waited_for(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    for _ in range(200):  # the kernel moves bytes on in its own time: full may have room again
        filling = asyncio.create_task(link.send(bytes(100_000)))
        await asyncio.sleep(0.05)
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        sending = asyncio.create_task(link.send(b"open"))
        await asyncio.sleep(0)
        if not sending.done():
            break
    assert not sending.done()
    heard = b""
    while not (sending.done() and heard.endswith(b"open")):
        heard += pty.read()
        await asyncio.sleep(0)
    await sending
    await link.aclose()


async def test_more_than_the_kernel_takes_is_sent_in_pieces(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    data = os.urandom(100_000)
    sending = asyncio.create_task(link.send(data))
    heard = b""
    while len(heard) < len(data):
        heard += pty.read()
        await asyncio.sleep(0)
    await sending
    assert heard == data
    await link.aclose()


async def test_an_adapter_that_takes_nothing_is_down(
    pty: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.links.serial.SEND_S", 0.05)
    link = await open_serial(pty.bus())
    reading = asyncio.create_task(link.receive())
    with pytest.raises(LinkDown, match="takes no bytes"):
        await link.send(bytes(100_000))
    with pytest.raises(LinkDown):  # and whoever listens learns it at once
        await reading
    await link.aclose()


async def test_a_second_opener_is_refused(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    with pytest.raises(LinkDown, match="holds this port"):
        await open_serial(pty.bus())
    with pytest.raises(serial.SerialException):  # any other program that locks, too
        serial.Serial(str(pty.name), exclusive=True)
    await link.aclose()
    await (await open_serial(pty.bus())).aclose()


async def test_a_port_somebody_locked_is_refused(pty: Pty) -> None:
    with serial.Serial(str(pty.name), exclusive=True), pytest.raises(LinkDown, match="占用"):
        await open_serial(pty.bus())


@pytest.mark.parametrize("form", ["7E1", "8E1", "7N1", "7O2", "8N2", "8N1"])
async def test_every_format_opens_again_and_again_on_a_pty(pty: Pty, form: str) -> None:
    """The second 7E1 at the same baud rate gives EINVAL there, unless 8N1 is asked for."""
    for n in range(3):
        link = await open_serial(pty.bus(form))
        await link.send(b"\xff%d" % n)
        assert pty.read() == b"\xff%d" % n
        await link.aclose()


async def test_a_hundred_openings_leak_no_descriptor(pty: Pty) -> None:
    await (await open_serial(pty.bus())).aclose()  # the loop and its threads have theirs now
    before = open_fds()
    for _ in range(100):
        link = await open_serial(pty.bus())
        await link.send(b"hello")
        await link.aclose()
    assert open_fds() == before


async def test_an_opening_nobody_waits_for_is_closed(pty: Pty) -> None:
    await (await open_serial(pty.bus())).aclose()
    before = open_fds()
    opening = asyncio.create_task(open_serial(pty.bus()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await (await opened_at_last(pty)).aclose()
    assert open_fds() == before


async def opened_at_last(pty: Pty) -> SerialLink:
    while True:
        try:
            return await open_serial(pty.bus())
        except LinkDown:  # the thread that was abandoned still has it
            await asyncio.sleep(0.01)
