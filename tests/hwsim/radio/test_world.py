"""A radio in a scenario: what fits, what it can suffer, and what it needs of the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.world import World, until
from hwsim.scenario import load
from hwsim.tables import Unfit
from tests.hwsim.radio.conftest import BUS, Play

BEACON = """
[[device]]
id = "beacon"
sim = "ibeacon"
bus = "radio"
address = "a4:c1:38:8d:18:b2"
"""
WIRE = """
[[bus]]
id = "wire"
[[device]]
id = "relay"
sim = "lcus"
bus = "wire"
"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (BEACON.replace("a4:c1:38:8d:18:b2", "a4c1388d18b2"), "is not like A4:C1"),
        (BEACON.replace('address = "a4:c1:38:8d:18:b2"', "address = 5"), "is not like A4:C1"),
        (BEACON.replace('address = "a4:c1:38:8d:18:b2"', ""), "device[0].address: missing"),
        (WIRE.replace('bus = "wire"', 'bus = "radio"'), "lcus cannot be on a bus of kind ble"),
        (WIRE + BEACON.replace('"radio"', '"wire"'), "ibeacon cannot be on a bus of kind pty"),
        (WIRE + 'address = "x"\n', "is not a whole number"),
        ('[[act]]\ndo = "again"\ndevice = "beacon"\nback = 0\n', "back must be between"),
    ],
)
def test_faults_are_told(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(BUS + text, encoding="utf-8")
    with pytest.raises(Unfit) as told:
        load(path)
    assert any(fault in each for each in told.value.faults)


async def test_what_a_radio_cannot_do_is_said(play: Play) -> None:
    world = play(BEACON + WIRE)
    for control in (
        {"do": "harm", "bus": "radio", "harm": "glue"},
        {"do": "harm", "bus": "wire", "harm": "dead"},
        {"do": "away", "device": "relay"},
        {"do": "again", "device": "beacon", "back": 64},
        {"do": "flood", "device": "beacon"},
    ):
        said = len(world.lines())
        world.tell(**control)
        told = world.wait_for(lambda line: "error" in line, 10, since=said)
        assert told is not None
        assert told["control"] == control


async def test_an_old_advert_is_sent_again(play: Play) -> None:
    world = play(BEACON)
    assert until(lambda: len(world.lines()) > 12, 10)
    world.tell(do="again", device="beacon", back=5)
    assert world.wait_for(lambda line: "replayed" in line.get("meaning", {}), 10) is not None


async def test_a_silent_device_is_silent_and_speaks_again(play: Play) -> None:
    world = play(BEACON)
    world.tell(do="silent", device="beacon", seconds=0.5)
    assert world.wait_for(lambda line: line.get("harm") == "speak", 10) is not None
    said = len(world.lines())
    assert world.wait_for(lambda line: line.get("truth") == "emitted", 10, since=said) is not None


def test_without_a_dbus_daemon_it_says_what_to_install(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(BUS, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "hwsim", str(scenario), "--dir", str(tmp_path / "run")],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "apt install dbus-daemon" in ended.stderr


def test_the_daemon_goes_with_the_world(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(BUS, encoding="utf-8")
    with World(scenario, tmp_path / "run") as world:
        socket = Path(world.buses["radio"])
        assert socket.is_socket()
    assert not socket.exists()
