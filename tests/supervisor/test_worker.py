"""Isolated buses, with real processes: what harms a worker harms nobody else."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from agent.config.settings import Device
from agent.model.messages import Message, Reading
from agent.supervisor.bus import BusKeeper
from agent.supervisor.worker import WorkerKeeper, Workplace
from agent.supervisor.world import World
from cli.drill.harmful import FILE
from tests.supervisor import toys
from tests.supervisor.bench import Bench, now
from tests.supervisor.socket_world import SocketWorld, really, serial_server

TOYS = (sys.executable, "-m", "tests.supervisor.faulty")
PRODUCT = (sys.executable, "-m", "agent.app.worker")
HUNG_S = 3.0


class Isolated(Bench):
    """Like its parent, with the keeper's drivers in a process of their own."""

    keeper: WorkerKeeper  # type: ignore[assignment]  # it has the same face, and more

    def __init__(self, world: SocketWorld, keeper: WorkerKeeper, said: list[Message]) -> None:
        super().__init__()
        self.wire, self.keeper, self.said = world, keeper, said
        self.server = world


@asynccontextmanager
async def isolated(
    directory: Path, *devices: Device, argv: Sequence[str] = TOYS
) -> AsyncIterator[Isolated]:
    said: list[Message] = []

    def take(message: Message, done: Callable[[], None]) -> None:
        said.append(message)
        done()

    place = Workplace(argv=argv, directory=directory / "w", gateway="box", take=take, hung_s=HUNG_S)
    async with serial_server() as (world, bus):
        keeper = WorkerKeeper(bus, devices, World(emit=said.append, now=now), place)
        yield Isolated(world, keeper, said)


FAULTY = Device(id="faulty", driver="faulty", bus="bus")


@pytest.fixture
def harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "harm"
    monkeypatch.setenv(FILE, str(path))
    return path


async def test_a_worker_does_all_that_the_core_would(tmp_path: Path) -> None:
    devices = (toys.meter(1, every=0.05), toys.relay(2), toys.reader())
    async with isolated(tmp_path, *devices) as bench:
        bench.server.values[1] = 17
        async with bench.running():
            await really(lambda: len(bench.readings("meter-1")) >= 3)
            reading = bench.readings("meter-1")[0]
            assert isinstance(reading, Reading)
            assert reading.value == 17
            assert reading.at.boot == "boot"
            assert abs(reading.at.mono_ns - now().mono_ns) < 60e9
            await bench.keeper.act(bench.command("relay-2", "pulse", channel=1, ms=50))
            kinds = [k for k in bench.kinds("relay-2") if k.startswith("command")]
            assert kinds == ["command_accepted", "command_done"]
            bench.server.say(b"qr:secret\n")
            await really(lambda: bench.events("code_scanned"))
            assert bench.events("code_scanned")[0].raw == b"secret"
            await really(lambda: len(bench.keeper.state().devices[0].last) == 1)
            state = bench.keeper.state()
            assert (state.isolated, state.up, state.restarts) == (True, True, 0)
            assert [d.here for d in state.devices] == [True, True, True]
            assert (tmp_path / "w").stat().st_mode & 0o777 == 0o700
    for device in ("meter-1", "relay-2", "reader"):
        assert bench.reasons(device) == [("device_back", "first")]


async def test_a_clean_stop_brings_outputs_to_rest_and_tells_so(tmp_path: Path) -> None:
    async with isolated(tmp_path, toys.relay(2)) as bench:
        async with bench.running():
            await really(lambda: bench.keeper.state().up)
            await bench.keeper.act(bench.command("relay-2", "on", channel=1))
            assert bench.server.outputs == {(2, 1): True}
            pid = bench.keeper.pid
        assert bench.server.outputs == {(2, 1): False}
        assert bench.kinds()[-1] == "output_rest"
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize(
    ("what", "reason"), [("block", "hung"), ("burn", "hung"), ("crash", "crashed")]
)
async def test_harm_stays_in_its_process(
    what: str, reason: str, tmp_path: Path, harm: Path
) -> None:
    neighbour = Bench(toys.meter(9, every=0.05))
    neighbour.wire.values[9] = 1
    async with isolated(tmp_path, FAULTY) as bench, neighbour.running(), bench.running():
        await really(lambda: len(bench.readings("faulty")) >= 3)
        await asyncio.to_thread(harm.write_text, what, encoding="ascii")
        began = now().mono_ns
        await really(lambda: bench.events("worker_restarted"))
        told = bench.events("worker_restarted")[0]
        assert dict(told.data) == {"bus": "bus", "reason": reason, "times": 1}
        assert told.device == "box"
        before = len(bench.readings("faulty"))
        await really(lambda: len(bench.readings("faulty")) >= before + 3)
        took = (now().mono_ns - began) / 1e9
        await really(lambda: neighbour.readings("meter-9")[-1].at.mono_ns > began)
    assert took <= HUNG_S + 20
    assert bench.reasons("faulty") == [
        ("device_back", "first"),
        ("device_away", "worker_down"),
        ("device_back", "worker_up"),
    ]
    times = [reading.at.mono_ns for reading in neighbour.readings("meter-9")]
    assert max(b - a for a, b in pairwise(times)) < HUNG_S * 1e9 / 2


async def test_a_command_that_its_worker_died_over_is_unknown(tmp_path: Path) -> None:
    async with isolated(tmp_path, toys.relay(2)) as bench, bench.running():
        await really(lambda: bench.keeper.state().up)
        task = asyncio.create_task(
            bench.keeper.act(bench.command("relay-2", "pulse", channel=1, ms=4000))
        )
        await really(lambda: bench.server.outputs == {(2, 1): True})
        assert bench.keeper.pid is not None
        os.kill(bench.keeper.pid, 9)
        await task
        assert bench.kinds("relay-2")[-1] == "command_unknown"
        await really(lambda: bench.server.outputs == {(2, 1): False})  # first thing, by the next
        await bench.keeper.act(bench.command("relay-2", "off", channel=1))


async def test_without_its_worker_a_command_fails_at_once(tmp_path: Path) -> None:
    async with isolated(tmp_path, toys.relay(2)) as bench:
        await bench.keeper.act(bench.command("relay-2", "on", channel=1))
        assert bench.events("command_failed")[0].data["reason"] == "worker_down"


async def test_a_worker_that_cannot_start_is_tried_again(tmp_path: Path) -> None:
    async with isolated(tmp_path, toys.relay(2), argv=("/nonexistent/worker",)) as bench:
        async with bench.running():
            await really(lambda: bench.keeper.state().restarts >= 2)
        assert bench.keeper.state().tried
    assert bench.events("worker_restarted")[0].data["reason"] == "not_started"


async def test_a_worker_is_small(tmp_path: Path) -> None:
    noise = Device(id="noise", driver="noise-485", bus="bus", address=1)
    async with isolated(tmp_path, noise, argv=PRODUCT) as bench, bench.running():
        await really(lambda: bench.keeper.state().up)
        maps = await asyncio.to_thread(Path(f"/proc/{bench.keeper.pid}/maps").read_text)
        for big in ("pydantic", "sqlite", "libssl", "_ssl.", "numpy", "cv2"):
            assert big not in maps


def test_the_two_keepers_have_one_face() -> None:
    def face(keeper: type) -> set[str]:
        return {name for name in dir(keeper) if not name.startswith("_")}

    assert face(BusKeeper) <= face(WorkerKeeper)
