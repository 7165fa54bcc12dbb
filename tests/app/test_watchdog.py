"""systemd hears from us over its own socket, and only on proof of progress."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from agent.app.notify import Notifier
from agent.app.watchdog import Task, Watchdog


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(5)
        yield sock


def notifier(systemd: socket.socket, **environ: str) -> Notifier:
    return Notifier({"NOTIFY_SOCKET": systemd.getsockname(), **environ})


def heard(systemd: socket.socket) -> list[str]:
    """All that has come so far."""
    said = []
    systemd.setblocking(False)
    while True:
        try:
            said.append(systemd.recv(4096).decode())
        except BlockingIOError:
            return said


def test_each_state_is_a_datagram(systemd: socket.socket) -> None:
    notify = notifier(systemd)
    notify.ready()
    notify.status("8 devices 设备\nsecond line")
    notify.fed()
    notify.stopping()
    assert heard(systemd) == ["READY=1", "STATUS=8 devices 设备", "WATCHDOG=1", "STOPPING=1"]


def test_an_abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        name = f"linli-test-{os.getpid()}"
        sock.bind(f"\0{name}")
        sock.settimeout(5)
        Notifier({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert sock.recv(100) == b"READY=1"


def test_without_systemd_nothing_happens(tmp_path: Path) -> None:
    Notifier({}).ready()
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_time_systemd_gives(environ: dict[str, str], seconds: float | None) -> None:
    assert Notifier(environ).watchdog_s == seconds


async def through() -> None:
    await asyncio.sleep(0)


async def never() -> None:
    await asyncio.Event().wait()


Probe = Callable[[], Awaitable[None]]


def dog(systemd: socket.socket, probe: Probe = through, idle: float = 0.0) -> Watchdog:
    """Short rounds; one task that is ``idle`` seconds idle and may be 5."""
    tasks = [Task("bus rs485", lambda: idle, 5.0)]
    return Watchdog(notifier(systemd, WATCHDOG_USEC="60000"), probe, lambda: tasks)


async def test_progress_everywhere_feeds(systemd: socket.socket) -> None:
    watchdog = dog(systemd)
    await watchdog.once()
    assert heard(systemd) == ["WATCHDOG=1"]
    assert watchdog.stalled == ()


@pytest.mark.parametrize(
    ("probe", "idle", "stalled"),
    [(never, 0.0, ("journal",)), (through, 6.0, ("bus rs485",)),
     (never, 6.0, ("journal", "bus rs485"))],
)  # fmt: skip
async def test_one_that_stands_still_starves_the_dog(
    systemd: socket.socket, probe: Probe, idle: float, stalled: tuple[str, ...]
) -> None:
    watchdog = dog(systemd, probe, idle)
    await watchdog.once()
    await watchdog.once()
    assert heard(systemd) == [f"STATUS=stalled 停滞: {', '.join(stalled)}"]  # said once
    assert watchdog.stalled == stalled


async def test_it_goes_on_when_they_do(systemd: socket.socket) -> None:
    idle = [9.0]
    tasks = [Task("bus rs485", lambda: idle[0], 5.0)]
    watchdog = Watchdog(notifier(systemd), through, lambda: tasks)
    await watchdog.once()
    idle[0] = 0.0
    await watchdog.once()
    assert heard(systemd)[1:] == ["WATCHDOG=1", "STATUS=running 运行中"]
    assert watchdog.stalled == ()


async def test_it_feeds_round_after_round(systemd: socket.socket) -> None:
    running = asyncio.create_task(dog(systemd).run())
    loop, said = asyncio.get_running_loop(), list[bytes]()
    systemd.setblocking(False)
    async with asyncio.timeout(20):
        while len(said) < 3:
            said.append(await loop.sock_recv(systemd, 100))
    running.cancel()
    assert said == [b"WATCHDOG=1"] * 3
