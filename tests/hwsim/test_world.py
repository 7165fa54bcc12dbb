"""The whole simulated world as the process it is."""

import json
import os
import termios
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import serial

from cli.world import World, until

HOME = Path(__file__).resolve().parents[2]
SCENARIO = """
[world]
seed = 3
[[bus]]
id = "relay"
[[bus]]
id = "gate"
[[bus]]
id = "net"
kind = "socket"
[[device]]
id = "relay-1"
sim = "lcus"
bus = "relay"
[[device]]
id = "reader-1"
sim = "gm65"
bus = "gate"
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    with World(scenario, tmp_path / "run") as world:
        yield world


def _open(path: str) -> int:
    handle = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    modes = termios.tcgetattr(handle)
    modes[3] = 0
    termios.tcsetattr(handle, termios.TCSANOW, modes)
    return handle


def _read(handle: int, size: int) -> bytes:
    data = b""

    def more() -> bool:
        nonlocal data
        with suppress(BlockingIOError):
            data += os.read(handle, 256)
        return len(data) >= size

    until(more, 10, 0.02)
    return data


def test_a_relay_does_what_it_is_told_and_the_truth_says_so(world: World) -> None:
    handle = _open(world.buses["relay"])
    os.write(handle, bytes.fromhex("a00101a2"))
    told = world.wait_for(lambda line: line.get("what") == "on", 10)
    os.close(handle)
    assert told is not None
    assert (told["device"], told["channel"], told["changed"]) == ("relay-1", 1, True)


def test_a_code_that_is_shown_comes_over_the_wire(world: World) -> None:
    handle = _open(world.buses["gate"])
    world.tell(do="show", device="reader-1", code="LINLI")
    assert _read(handle, 6) == b"LINLI\r"
    os.close(handle)


def test_an_adapter_comes_back_under_its_name(world: World) -> None:
    path = Path(world.buses["relay"])
    before = path.readlink()
    world.tell(do="unplug", bus="relay")
    assert until(lambda: not path.is_symlink(), 10)
    world.tell(do="plug", bus="relay")
    assert until(path.exists, 10)
    handle = _open(str(path))
    os.write(handle, bytes.fromhex("a00201a3"))
    told = world.wait_for(lambda line: line.get("what") == "on", 10)
    os.close(handle)
    assert told is not None
    assert told["channel"] == 2
    assert before.is_absolute()


@pytest.mark.parametrize(
    "control",
    [
        {"do": "fly"},
        {"do": "show", "device": "nobody", "code": "x"},
        {"do": "unplug", "bus": "nowhere"},
        {"do": "load", "device": "reader-1", "kg": 1},
    ],
)
def test_what_cannot_be_done_is_said_and_the_world_goes_on(
    world: World, control: dict[str, object]
) -> None:
    world.tell(**control)
    assert world.wait_for(lambda line: "error" in line, 10) is not None
    world.tell(do="report")
    assert world.wait_for(lambda line: line.get("truth") == "totals", 10) is not None


def test_a_serial_server_is_told_by_its_address(world: World) -> None:
    assert world.buses["net"].startswith("socket://127.0.0.1:")


def _is_of(device: str, line: dict[str, object]) -> bool:
    return line.get("device") == device


def test_the_demo_scenario_plays(tmp_path: Path) -> None:
    with World(HOME / "config/demo/scenario.toml", tmp_path) as world:
        for device in ("scale-1", "scale-2", "air-1"):
            told = world.wait_for(partial(_is_of, device), 20)
            assert told is not None
            assert told["intact"]
        assert json.dumps(world.lines()[0]["ready"]) == "true"


def test_a_host_set_to_another_baud_rate_hears_rubbish(tmp_path: Path) -> None:
    scenario = tmp_path / "s.toml"
    scenario.write_text(
        '[[bus]]\nid = "b"\nbaud = 4800\n[[device]]\nid = "s"\nsim = "scale_line"\nbus = "b"\n'
    )
    heard = {}
    with World(scenario, tmp_path / "run") as world:
        for baud in (9600, 4800):
            with serial.Serial(world.buses["b"], baud, timeout=1.5) as port:
                heard[baud] = port.read(60)
    assert b"ST,GS" not in heard[9600]
    assert b"ST,GS" in heard[4800]
    assert len(heard[9600]) == len(heard[4800])
