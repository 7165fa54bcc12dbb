"""A port that goes: whatever the operating system raises, one error leaves, and it comes at once.

What pyserial alone raises for the same accidents: four types, one of them no OSError, and a read
that loses the bytes it already had.
"""

import asyncio
import errno
import re
from pathlib import Path

import pytest

from agent.config.settings import Bus
from agent.links.base import LinkDown
from agent.links.serial import SEND_S, open_serial
from tests.links.pty import Pty
from tests.links.test_serial import gather, open_fds


async def test_a_waiting_receive_falls(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    reading = asyncio.create_task(link.receive())
    await asyncio.sleep(0.01)
    pty.unplug()
    with pytest.raises(LinkDown, match=re.escape(str(pty.name))):
        await reading
    with pytest.raises(LinkDown):
        await link.receive()


async def test_a_send_falls(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    pty.unplug()
    with pytest.raises(LinkDown):
        await link.send(b"open")
    with pytest.raises(LinkDown):
        await link.receive()


async def test_a_send_that_waits_falls(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    sending = asyncio.create_task(link.send(bytes(100_000)))
    await asyncio.sleep(0.01)
    pty.unplug()
    with pytest.raises(LinkDown):
        await sending


async def test_the_descriptor_is_gone_before_anybody_closes(pty: Pty) -> None:
    """An old descriptor left open makes a CH340 come back under the next name."""
    before = open_fds()
    link = await open_serial(pty.bus())
    reading = asyncio.create_task(link.receive())
    await asyncio.sleep(0)
    pty.unplug()  # two descriptors of the test's own
    with pytest.raises(LinkDown):
        await reading
    assert open_fds() == before - 2
    await link.aclose()
    await link.aclose()


async def test_what_had_come_is_heard_before_the_fall(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    reading = asyncio.create_task(link.receive())
    await asyncio.sleep(0)
    pty.write(b"last words")
    assert await reading == b"last words"
    pty.unplug()
    with pytest.raises(LinkDown):
        await link.receive()


async def test_closing_wakes_who_receives(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    reading = asyncio.create_task(link.receive())
    await asyncio.sleep(0)
    await link.aclose()
    await link.aclose()
    with pytest.raises(LinkDown):
        await reading
    with pytest.raises(LinkDown):
        await link.send(b"x")


async def test_closing_wakes_who_sends(pty: Pty) -> None:
    link = await open_serial(pty.bus())
    sending = asyncio.create_task(link.send(bytes(100_000)))
    await asyncio.sleep(0.01)
    await link.aclose()
    with pytest.raises(LinkDown, match="closed"):
        await asyncio.wait_for(sending, SEND_S / 2)  # at once, not when sending times out


async def test_an_input_error_is_a_fall(pty: Pty, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a broken adapter gives that is still plugged in; a pty only ever hangs up."""
    link = await open_serial(pty.bus())
    reading = asyncio.create_task(link.receive())
    await asyncio.sleep(0)

    def broken(_fd: int, _size: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("agent.links.serial.os.read", broken)
        pty.write(b"x")
        with pytest.raises(LinkDown, match="went dead"):
            await reading


async def test_back_under_the_same_name(pty: Pty) -> None:
    for n in range(3):
        link = await open_serial(pty.bus("7E1"))
        pty.write(b"%d" % n)
        assert await gather(link, 1) == b"%d" % n
        pty.unplug()
        with pytest.raises(LinkDown):
            await link.receive()
        with pytest.raises(LinkDown, match="no such port"):  # the name dangles now
            await open_serial(pty.bus("7E1"))
        pty.plug()


@pytest.mark.parametrize(
    ("name", "words"),
    [("nothing", "no such port"), ("file", "not a serial port"), ("folder", "the port fails")],
)
async def test_what_cannot_be_opened_says_so(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    before = open_fds()
    with pytest.raises(LinkDown, match=words) as down:
        await open_serial(Bus(id="bus", port=str(tmp_path / name), baud=9600))
    assert str(tmp_path / name) in str(down.value)
    assert open_fds() == before


@pytest.mark.parametrize("port", ["/dev/null", "/dev/\0", ""])
async def test_what_is_no_port_at_all_is_down_as_well(port: str) -> None:
    with pytest.raises(LinkDown):
        await open_serial(Bus(id="bus", port=port, baud=9600))


@pytest.mark.parametrize("baud", [-1, 10**12])
async def test_a_baud_rate_that_cannot_be(pty: Pty, baud: int) -> None:
    with pytest.raises(LinkDown):
        await open_serial(Bus(id="bus", port=str(pty.name), baud=baud))
