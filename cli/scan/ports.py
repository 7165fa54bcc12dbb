"""Which wires are looked at, and which of them are none of our business."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from agent.config.faults import Notes
from agent.config.paths import Unset, expand
from agent.config.settings import Bus
from agent.config.toml import decode, parse
from agent.links.port import PTY_MAJORS
from agent.links.socket import SCHEME
from cli.checks.finding import Verdict
from cli.checks.host import Host
from cli.checks.wires import wires
from cli.scan.finding import Trouble
from cli.seeing.asking import Told, ask

NAMES = (
    "/dev/serial/by-path/*",  # stays with the socket, for adapters without a serial number
    "/dev/serial/by-id/*",
    *("/dev/ttyUSB*", "/dev/ttyACM*", "/dev/serial0", "/dev/ttyAMA*"),
)
"""In the order of preference: of the names of one port the first is taken."""


def all_ports(host: Host) -> list[str]:
    """Every serial port of this machine once, by its steadiest name."""
    named: dict[str, str] = {}
    for pattern in NAMES:
        for path in host.glob(pattern):
            named.setdefault(os.path.realpath(path), str(path))
    return list(named.values())


def in_service(socket: Path, config: Path) -> frozenset[str]:
    """Ports of the agent that runs; of its configuration where it does not let us ask."""
    answer = ask(socket)
    if isinstance(answer, Told):
        return frozenset(_same(bus.port) for bus in answer.now.buses)
    if answer.why == "not_running":
        return frozenset()
    return frozenset(map(_same, _configured(config)))


def trouble(port: str, used: Iterable[str], host: Host) -> Trouble | None:
    """Why ``port`` must not be touched, if so."""
    if _same(port) in used:
        return Trouble(port, f"{port}: 网关正在使用 in service: the running agent uses it")
    if port.startswith(SCHEME) or is_pty(port):
        return None  # whoever else has it open is seen on opening, or is its simulator
    for found in wires((Bus(id="scan", port=port, baud=9600),), host, None):
        if found.verdict is Verdict.BAD:
            return Trouble(port, f"{found.zh}；{found.todo_zh} {found.en}: {found.todo_en}")
    return None


def is_pty(port: str) -> bool:
    """A pseudo-terminal takes no format but 8N1."""
    try:
        return os.major(Path(port).stat().st_rdev) in PTY_MAJORS
    except OSError:
        return False


def _same(port: str) -> str:
    return port if port.startswith(SCHEME) else os.path.realpath(port)


def _configured(config: Path) -> Iterator[str]:
    """Ports that a file names; faults elsewhere in it do not matter here."""
    notes = Notes()
    try:
        table = parse(decode(config.read_bytes(), notes), notes).table
    except OSError:
        return
    buses = table.get("bus")
    for bus in buses if isinstance(buses, list) else []:
        named = bus.get("port") if isinstance(bus, dict) else None
        if isinstance(named, str):
            try:
                yield expand(named, os.environ)
            except Unset:
                continue
