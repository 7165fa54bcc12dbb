"""``linli scan --serial``: one simulator per wire, and not one of them is told anything."""

import json
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.drivers.probes.ears import Sighting
from agent.drivers.probes.guess import Guess
from agent.drivers.register import REGISTER
from cli.checks.host import Host
from cli.drill import texts
from cli.drill.room import Room
from cli.main import main
from cli.scan import ports
from cli.scan.finding import Finding, Trouble
from cli.scan.show import config, show
from cli.seeing.asking import Silence
from cli.world import World
from hwsim.devices.register import SIMS

Line = dict[str, Any]
WIRED = sorted(name for name, sim in SIMS.items() if not (sim.radio or sim.sight))
DRIVERS = {name: {"wit_tilt": "wit-tilt-485"}.get(name, name.replace("_", "-")) for name in WIRED}
ADDRESSES = {"rion": 0, "bwsensing": 0, "kerong": 0, "osdp": 0, "wit_tilt": 0x50}

SILENT = {"lcus", "rdm6300", "wiegand-485", "scan-line", "alarm-tower"}
"""They neither talk, unless a card is shown, nor have a question that only reads."""

ALIKE = {"yaohua-equals"}
"""Nothing but a known weight tells its two formats apart."""


def _bus(name: str, *devices: str, baud: int = 9600) -> str:
    text = f'[[bus]]\nid = "{name}"\nbaud = {baud}\nrs485 = true\n'
    for number, sim in enumerate(devices):
        text += f'[[device]]\nid = "{name}-{number}"\nsim = "{sim}"\nbus = "{name}"\n'
        text += f"address = {ADDRESSES.get(sim, 1)}\n" if SIMS[sim].needs_address else ""
        text += "[device.options]\nrtd_s = 10.0\n" if sim == "hj212" else ""  # for short tests
    return text


def _told(world: World) -> list[Line]:
    return [line for line in world.lines() if line.get("truth") == "told"]


def _scan(*args: str) -> tuple[int, list[Line]]:
    """In a process of its own: the world's truth is read by a thread of ours."""
    command = [sys.executable, "-m", "cli", "scan", "--json", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def _by_port(found: Iterable[Line]) -> dict[str, list[Line]]:
    told = defaultdict[str, list[Line]](list)
    for line in found:
        told[Path(line["port"]).name].append(line)
    return told


@pytest.mark.timeout(240)
def test_one_of_each_is_named_rightly_none_wrongly_and_none_is_told_anything(
    tmp_path: Path,
) -> None:
    room = Room(tmp_path)
    buses = {name.replace("_", "-"): name for name in WIRED}
    text = "".join(_bus(b, n, baud=REGISTER[DRIVERS[n]].baud) for b, n in buses.items())
    with room.world(text) as world:
        code, found = _scan("--addresses", "1,2,80", "--serial", *world.buses.values())
        assert not _told(world)
    assert code == 0
    told = _by_port(found)
    names = {DRIVERS[name]: {line["device"] for line in told[bus]} for bus, name in buses.items()}
    assert all(named <= {driver, None} for driver, named in names.items()), names
    heard = set(names) - SILENT - ALIKE
    right = {driver for driver in heard if names[driver] == {driver}}
    assert len(right) >= 0.95 * len(heard), heard - right
    for bus, name in buses.items():
        driver = DRIVERS[name]
        if driver not in right:
            assert any(driver in line["candidates"] for line in told[bus]), driver
    for line in (each for each in found if each["protocol"]):
        assert line["baud"] == REGISTER[DRIVERS[buses[Path(line["port"]).name]]].baud
        assert 0 < line["confidence"] <= 1
        assert bytes.fromhex(line["evidence_hex"])
        assert line["device"] or line["candidates"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Line]]:
    """One scan of several odd wires."""
    text = _bus("pair", "noise_485", "wit_tilt", "lock_8a", "winnsen")
    text += _bus("card", "rdm6300") + _bus("code", "scan_line")
    text += _bus("relay", "modbus_relay") + _bus("mute", "lcus")
    for device, shown, every_s in (
        ("card-0", "0123456789", 0.5),
        ("code-0", "LINLI-TEST-4711", 0.2),  # three of them within one window of listening
    ):
        text += f'[[act]]\nat_s = 0.1\nevery_s = {every_s}\ndo = "show"\ndevice = "{device}"\n'
        text += f'code = "{shown}"\n'
    for bus in ("relay", "mute"):
        text += f'[[harm]]\nat_s = 0.0\nbus = "{bus}"\nharm = "echo"\n'
    with Room(tmp_path_factory.mktemp("mixed")).world(text) as world:
        options = ("--baud", "9600", "--addresses", "1,80", "--quick")
        code, found = _scan(*options, "--serial", *world.buses.values())
        assert not _told(world)
    assert code == 0
    return _by_port(found)


def test_several_devices_on_one_pair(mixed: dict[str, list[Line]]) -> None:
    assert {(line["device"], line["address"]) for line in mixed["pair"]} == {
        *(("noise-485", 1), ("wit-tilt-485", 0x50), ("lock-8a", 1), ("winnsen", 1))
    }


def test_readers_are_heard_when_something_is_shown(mixed: dict[str, list[Line]]) -> None:
    assert [line["device"] for line in mixed["card"]] == ["rdm6300"]
    assert [line["device"] for line in mixed["code"]] == [None]
    assert "scan-line" in mixed["code"][0]["candidates"]


def test_an_echo_is_no_device(mixed: dict[str, list[Line]]) -> None:
    assert [(line["device"], line["echo"]) for line in mixed["relay"]] == [("modbus-relay", True)]
    (mute,) = mixed["mute"]
    assert mute["device"] is None
    assert "lcus" in mute["candidates"]


def test_a_port_in_service_is_not_touched_and_the_rest_goes_on(tmp_path: Path) -> None:
    room, nowhere = Room(tmp_path), tmp_path / "nowhere"
    file = room.write("file", "")
    scenario = texts.scenario() + _bus("free", "yaohua")
    with room.world(scenario) as world, room.agent(texts.config()) as agent:
        room.wait_here(texts.SCALE)
        used = [path for bus, path in world.buses.items() if bus != "free"]
        options = ("--baud", "9600", "--socket", str(room.socket))
        wanted = [*used, str(nowhere), str(file), world.buses["free"]]
        code, found = _scan(*options, "--serial", *wanted)
        unasked = _scan("--baud", "9600", "--socket", str(nowhere), "--serial", *used)
        agent.stop()
    assert code == 0
    told = {line["port"]: line for line in found}
    assert set(told) == set(wanted)
    assert all(set(told[port]) == {"port", "error"} for port in wanted[:-1])
    assert all("in service" in told[port]["error"] for port in used)
    assert told[wanted[-1]]["device"] == "yaohua"
    assert unasked[0] == 1  # its lock keeps us out, though nobody told us of it
    assert all("error" in line for line in unasked[1])


def test_an_agent_that_does_not_let_us_ask_keeps_the_ports_of_its_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "box.toml"
    written.write_text('[[bus]]\nid = "a"\nport = "/dev/a"\n[[bus]]\nport = "${NOT_SET_AT_ALL}"\n')
    for why, used in (("not_allowed", {"/dev/a"}), ("not_running", set[str]())):
        monkeypatch.setattr(ports, "ask", lambda _, why=why: Silence(why, "", ""))
        assert ports.in_service(tmp_path / "agent.sock", written) == used


def test_every_port_once_by_its_steadiest_name(tmp_path: Path) -> None:
    dev, by_path = tmp_path / "dev", tmp_path / "dev" / "serial" / "by-path"
    by_path.mkdir(parents=True)
    for name in ("ttyUSB0", "ttyUSB1", "ttyAMA0"):
        (dev / name).touch()
    (by_path / "usb-0:1.2").symlink_to(dev / "ttyUSB1")
    (dev / "serial0").symlink_to(dev / "ttyAMA0")
    names = [str(dev / name) for name in ("serial/by-path/usb-0:1.2", "ttyUSB0", "serial0")]
    assert ports.all_ports(Host(tmp_path)) == names


def test_nothing_and_no_port_and_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Room(tmp_path).world(_bus("mute", "lcus")) as world:
        options = ("--baud", "2400", "--addresses", "1", "--quick")
        code, (told,) = _scan(*options, "--serial", world.buses["mute"])
        assert (code, told["device"], told["protocol"], told["confidence"]) == (1, None, None, 0)
        assert "lcus" in told["candidates"]
    monkeypatch.setattr(ports, "all_ports", lambda _: [])
    assert main(["scan", "--serial"]) == 3
    assert main(["scan"]) == 2
    for wrong in ("0-5", "5-1", "x", "1-248", ""):
        assert main(["scan", "--serial", str(tmp_path), "--addresses", wrong]) == 2
    assert main(["scan", "--serial", str(tmp_path), "--baud", "0"]) == 2
    assert capsys.readouterr().err


SEEN = (
    Guess(protocol="modbus", device="noise-485", confidence=0.8, address=3),
    Guess(
        protocol="modbus",
        device=None,
        confidence=0.3,
        address=4,
        candidates=("rain-gauge", "modbus-sensor"),
        options={"map": ("xm9505-rain", "renke-wind-speed")},
        zh="看铭牌",
        en="read its label",
    ),
    Guess(protocol="krcu", device="kerong", confidence=0.9, options={"model": "cu48"}),
)


def test_people_get_a_table_and_lines_for_the_configuration() -> None:
    port = "/dev/serial/by-path/platform-fd500000.pcie-usb-0:1.2:1.0-port0"
    found = [
        Finding(port=port, baud=4800, format="7E1", sighting=Sighting(guess, b"\1"), echo=True)
        for guess in SEEN
    ]
    told = tomllib.loads(config(found))
    (bus,) = told["bus"]
    assert (bus["port"], bus["baud"], bus["format"], bus["echo"]) == (port, 4800, "7E1", True)
    assert [device["driver"] for device in told["device"]] == ["noise-485", "rain-gauge", "kerong"]
    assert told["device"][2]["options"] == {"model": "cu48"}
    assert all(len(row["id"]) <= 32 for row in (*told["bus"], *told["device"]))
    console = Console(width=200, record=True)
    show([*found, Trouble("/dev/ttyUSB9", "端口不存在 no such port")], console)
    text = console.export_text()
    assert "噪声" in text
    assert "端口不存在" in text
    assert "[[device]]" in text
