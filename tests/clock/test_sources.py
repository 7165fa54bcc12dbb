"""Sources against what they ask: a server on the loopback, structures as the kernel lays them."""

import asyncio
import json
import os
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest

from agent.clock.boot import KernelBoot
from agent.clock.keeper import keep, pulled, simulated
from agent.clock.ntp import Ntp, _address
from agent.clock.rtc import Rtc, decode
from agent.clock.simulate import SimulatedBoot
from agent.clock.sources import Sample
from agent.clock.system import System, kernel_error_ns
from tests.clock.held import Bench, HeldBoot, T
from tests.clock.test_sntp import packet

SECOND = 1_000_000_000


class TimeServer(asyncio.DatagramProtocol):
    """Answers with ``noise`` first, then with the cookie it was shown."""

    def __init__(self, *noise: bytes, silent: bool = False) -> None:
        self.noise, self.silent = noise, silent
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        if self.transport is None or self.silent:
            return
        cookie = int.from_bytes(data[40:48], "big")
        for each in (*self.noise, packet(originate=cookie)):
            self.transport.sendto(each, addr)


Serve = Callable[[TimeServer], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers; gives their addresses."""
    started: list[asyncio.BaseTransport] = []

    async def start(server: TimeServer) -> str:
        loop = asyncio.get_running_loop()
        made = await loop.create_datagram_endpoint(lambda: server, local_addr=("127.0.0.1", 0))
        started.append(made[0])
        host, port = made[0].get_extra_info("sockname")
        return f"{host}:{port}"

    yield start
    for transport in started:
        transport.close()
    await asyncio.sleep(0)  # a transport closes its socket one turn later


def closed() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


async def ask(*servers: str, patience: float = 20) -> Sample | None:
    return await Ntp(servers, patience).read()


def near(sample: Sample | None) -> bool:
    """Within the way: a busy machine may take its time."""
    return sample is not None and abs(sample.utc_ns - T) <= sample.error_ns + SECOND


async def test_a_server_of_the_lan_is_believed(serve: Serve) -> None:
    assert near(await ask(await serve(TimeServer())))


async def test_what_does_not_answer_the_question_is_passed_over(serve: Serve) -> None:
    forged = packet(originate=1, sent=T * 2)
    assert near(await ask(await serve(TimeServer(b"", b"x" * 100, forged))))


async def test_a_silent_server_costs_no_more_than_its_patience(serve: Serve) -> None:
    assert await ask(await serve(TimeServer(silent=True)), patience=0.05) is None


async def test_where_nobody_listens_the_next_is_asked(serve: Serve) -> None:
    assert near(await ask(closed(), await serve(TimeServer())))


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("ntp.lan", ("ntp.lan", 123)),
        ("10.0.0.1:1123", ("10.0.0.1", 1123)),
        ("fd00::1", ("fd00::1", 123)),
        ("[fd00::1]:1123", ("fd00::1", 1123)),
        ("[fd00::1]", ("fd00::1", 123)),
    ],
)
def test_addresses(server: str, address: tuple[str, int]) -> None:
    assert _address(server) == address


def test_the_kernels_boot() -> None:
    boot = KernelBoot()
    assert boot.id == KernelBoot().id
    assert len(boot.id) == 36
    before = boot.mono_ns()
    assert boot.mono_ns() >= before > 0


async def test_an_absent_rtc_is_silent(tmp_path: Path) -> None:
    assert await Rtc(tmp_path / "rtc0").read() is None
    (tmp_path / "rtc1").write_bytes(b"")
    assert await Rtc(tmp_path / "rtc1").read() is None


def test_a_time_of_the_rtc_is_the_middle_of_its_second() -> None:
    raw = struct.pack("9i", 5, 4, 3, 2, 0, 127, 0, 0, 0)  # 2027-01-02 03:04:05
    assert decode(raw) == Sample(1_798_859_045 * SECOND + SECOND // 2, SECOND // 2)
    assert decode(struct.pack("9i", 0, 0, 0, 0, 0, 0, 0, 0, 0)) is None


async def test_the_system_clock_speaks_only_when_it_is_kept() -> None:
    assert await System(lambda: None).read() is None
    sample = await System(lambda: 5).read()
    assert sample is not None
    assert sample.error_ns == 5
    assert abs(sample.utc_ns - time.time_ns()) < 3600 * SECOND


def test_the_kernel_answers_one_way_or_the_other() -> None:
    error_ns = kernel_error_ns()
    assert error_ns is None or error_ns >= 0


def test_only_configured_sources_are_pulled() -> None:
    names = ("platform", "system", "ntp", "rtc")
    assert [source.name for source in pulled(names, ["ntp.lan"], "/dev/rtc0")] == list(names[1:])
    assert [source.name for source in pulled(("rtc", "ntp"), [], None)] == []
    assert pulled(("platform",), ["ntp.lan"], "/dev/rtc0") == []


def write(file: Path, **told: object) -> None:
    """With another time of change, however coarse the file system's are."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(json.dumps(told))
    os.utime(file, ns=(before + SECOND, before + SECOND))


async def test_a_file_plays_boot_and_sources(tmp_path: Path) -> None:
    file, real = tmp_path / "clock.json", HeldBoot()
    told = {"utc": "2036-01-01T00:00:00Z", "error_ms": 20}
    write(file, boot="drill-1", mono_offset_ns=5 * SECOND, sources={"platform": told, "rtc": None})
    boot = SimulatedBoot(file, real)
    platform, rtc = simulated(("platform", "rtc"), boot)
    assert boot.id == "drill-1"
    assert boot.mono_ns() == 105 * SECOND
    assert await rtc.read() is None
    real.pass_s(7)
    then = 2_082_758_400 * SECOND
    assert await platform.read() == Sample(then + 7 * SECOND, 20_000_000)


async def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    file, real = tmp_path / "clock.json", HeldBoot()
    write(file, boot="drill-1", mono_offset_ns=50 * SECOND)
    boot = SimulatedBoot(file, real)
    (platform,) = simulated(("platform",), boot)
    assert await platform.read() is None
    assert boot.mono_ns() == 150 * SECOND
    write(file, boot="drill-2", sources={"platform": {"utc": "2026-06-01T00:00:00Z"}})
    assert await platform.read() == Sample(1_780_272_000 * SECOND)
    assert boot.id == "drill-1"  # a boot id does not change in a boot
    assert boot.mono_ns() == 150 * SECOND  # nor does its time go back
    real.pass_s(60)
    assert boot.mono_ns() == 160 * SECOND


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"sources": {"rtc": {"utc": "soon"}}}', '{"sources": {"rtc": 5}}',
     '{"sources": []}', '{"mono_offset_ns": "x"}'],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clock.json"
    write(file, sources={"rtc": {"utc": "2026-06-01T00:00:00Z"}})
    boot = SimulatedBoot(file, HeldBoot())
    file.write_text(text)
    os.utime(file, ns=(5 * SECOND, 5 * SECOND))
    (rtc,) = simulated(("rtc",), boot)
    assert await rtc.read() == Sample(1_780_272_000 * SECOND)


def test_an_absent_file_plays_the_kernel(tmp_path: Path) -> None:
    boot = SimulatedBoot(tmp_path / "none.json", HeldBoot())
    assert (boot.id, boot.mono_ns()) == ("boot-a", 100 * SECOND)


class Told:
    """Says each of ``samples`` once, then sets ``over``."""

    name = "rtc"

    def __init__(self, *samples: Sample | None) -> None:
        self.samples, self.over = list(samples), asyncio.Event()

    async def read(self) -> Sample | None:
        if self.samples:
            return self.samples.pop(0)
        self.over.set()
        return None


async def test_the_keeper_hands_on_what_sources_say() -> None:
    bench, source = Bench("rtc"), Told(None, Sample(T), Sample(T + 5 * SECOND))
    keeping = asyncio.create_task(keep(bench.clock, [source], every=0))
    await source.over.wait()
    keeping.cancel()
    assert [event.kind for event in bench.told] == [
        "clock_synced",
        "clock_disagrees",
        "clock_synced",
    ]
