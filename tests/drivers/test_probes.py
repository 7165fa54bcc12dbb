"""Nothing that a scan asks moves, sets or opens anything; and every device has its place in it."""

import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agent.drivers.codecs import (
    at,
    bcc8a,
    bcd_tilt,
    gm65,
    krcu,
    megatec,
    onbon_k,
    osdp,
    pms,
    sds011,
    tts,
    winnsen,
    zemic,
)
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.codecs.modbus_frames import Read, Write1, WriteN
from agent.drivers.codecs.register import PROTOCOLS
from agent.drivers.codecs.told import Told
from agent.drivers.probes.asked import PROBES
from agent.drivers.probes.heard import BY_LINES, TALKERS
from agent.drivers.probes.modbus import ANYBODY, LOOKS, MOST_ADDRESS
from agent.drivers.probes.modbus_judge import NAMED
from agent.drivers.probes.step import Probe
from agent.drivers.probes.telling import STATUS
from agent.drivers.probes.unseen import CANNOT_BE_FOUND
from agent.drivers.register import REGISTER
from hwsim.agenda import Agenda
from hwsim.bus import Bus, BusSpec
from hwsim.devices.base import Device
from hwsim.devices.register import SIMS
from hwsim.stand import Ground, Stand
from hwsim.tables import make
from hwsim.truth import Truth
from tests.drivers.mutants import cards

WIRED = {name: model for name, model in REGISTER.items() if model.radio is None}
OF_RADIO = {model.protocol for model in REGISTER.values() if model.radio is not None}
HIGHEST = {"krcu": 15, "yaohua_cmd": 26, "bcc8a": 99, "osdp": 126, "zemic": 127}
"""The highest address of a protocol; 255 elsewhere."""


def _requests(probe: Probe) -> Iterator[bytes]:
    """At every address that such a device can have, not just where it is looked for."""
    first, last = min(probe.addresses), HIGHEST.get(probe.protocol, 255)
    everywhere = range(first, last + 1) if len(probe.addresses) > 1 else probe.addresses
    for address in everywhere:
        yield from (step.request for step in probe.steps(address))


def _looks() -> Iterator[bytes]:
    for address in (*range(1, MOST_ADDRESS + 1), ANYBODY):
        yield from (look.question(address) for look in LOOKS)


_READS: Mapping[type, Callable[[Any], bool]] = {
    Read: lambda _: True,
    Write1: lambda _: False,
    WriteN: lambda _: False,
    bcc8a.Frame: lambda f: f.head == bcc8a.READ,
    bcd_tilt.Frame: lambda f: f.command == bcd_tilt.READ_ALL,
    krcu.Frame: lambda f: f.command in (krcu.READ, krcu.READ_48),
    winnsen.Frame: lambda f: f.function == winnsen.READ,
    gm65.Command: lambda f: f.op == "read",
    zemic.Frame: lambda f: f.cmd == "QP",
    osdp.Frame: lambda f: f.code == 0x61,
    pms.Told: lambda f: f.cmd == 0xE2,
    sds011.Command: lambda f: f.cmd == 7 and not any(f.params),
    tts.Frame: lambda f: f.command == STATUS or f.command not in tts._NAMES,
    onbon_k.Frame: lambda f: f.code == onbon_k.PING,
    megatec.Asked: lambda f: f.text == "Q1",
    at.Line: lambda f: f.kind == at.Kind.LINE or f.text in ("AT", "AT+CSQ"),
    Told: lambda f: "QRYPDN" in f.text or "?" in f.text,
}
"""By the kind of frame: whether it only reads.  A kind that is missing only ever reads."""

_NEVER = ("lcus", "ssi", "wit55", "de2120")
"""Protocols of which no frame at all may stand in a question."""

_LINES = ("at", "mtsics", "megatec")
"""Devices that read whole lines: what stands behind the beginning of one is no order of its own."""


def _orders_in(request: bytes) -> list[str]:
    """Orders that anybody could read in ``request``, at any place of it."""
    found = list[str]()
    lines = [0, *(at_ + 1 for at_, byte in enumerate(request[:-1]) if byte in b"\r\n")]
    for name, protocol in PROTOCOLS.items():
        if name in OF_RADIO:
            continue
        for begin in lines if name in _LINES else range(len(request)):
            taken = protocol.take(request[begin : begin + protocol.most], Direction.HOST)
            if isinstance(taken, Got):
                reads = _READS.get(type(taken.frame), lambda _: True)
                if name in _NEVER or not reads(taken.frame):
                    found.append(f"{name} {taken.frame}")
    return found


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.protocol)
def test_no_question_is_an_order_in_any_protocol(probe: Probe) -> None:
    for request in _requests(probe):
        assert not _orders_in(request), request.hex(" ")
        assert b"\xff\xaa" not in request  # settings of WitMotion's sensors, which have no check


def test_an_order_would_be_seen() -> None:
    for order in ("01050000ff008c3a", "8a0101119b", "a00101a2", "0200310336", "900605010103"):
        assert _orders_in(b"\x00" + bytes.fromhex(order)), order


@pytest.mark.timeout(120)
def test_modbus_is_only_read() -> None:
    for request in _looks():
        taken = PROTOCOLS["modbus"].take(request, Direction.HOST)
        assert isinstance(taken, Got)
        assert isinstance(taken.frame, Read)
    for look in LOOKS:
        assert not _orders_in(look.question(1))
        assert not _orders_in(look.question(0x50))


class Bench:
    """A simulated device that hears questions, and whose time stands still in between."""

    def __init__(self, name: str, options: Mapping[str, object]) -> None:
        self.agenda, self.told = Agenda(), list[str]()
        truth = Truth(self._write, lambda: self.agenda.now)
        bus = Bus(BusSpec(id="bus"), self.agenda, random.Random(1), truth)
        sim = SIMS[name]
        stand = Stand("dev", 1, bus, Ground(1, self.agenda, truth))
        chosen: object = make(sim.options, options)
        self.device: Device = sim.build(stand, chosen)

    def _write(self, line: str) -> None:
        self.told += [line] if '"truth":"told"' in line else []

    def hears(self, request: bytes) -> None:
        self.agenda.now += 1_000_000_000
        self.device.heard(request, self.agenda.now)


VARIANTS: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "kerong": ({"model": "cu48"},),
    "bwsensing": ({"address_bytes": 4},),
    "scan_line": tuple({"dialect": d} for d in ("newland", "honeywell", "de2120", "ssi")),
    "lcus": ({"answers": True},),
    "speech": ({"chip": "xfs5152"},),
    "modbus_inputs": ({"function": 1}, {"function": 3}),
    "modbus_relay": ({"base": 1, "inputs": 8}, {"reads_back": False}),
    "modbus_sensor": tuple({"table": t} for t in ("climate", "dust", "gas")),
}


@pytest.mark.parametrize(
    "name", [name for name, sim in SIMS.items() if not (sim.radio or sim.sight)]
)
def test_no_device_is_told_anything(name: str) -> None:
    for options in ({}, *VARIANTS.get(name, ())):
        bench = Bench(name, options)
        for probe in PROBES:
            for request in _requests(probe):
                bench.hears(request)
        for address in (1, 2, 0x50, ANYBODY):
            for look in LOOKS:
                bench.hears(look.question(address))
        assert not bench.told


def test_being_told_would_be_seen() -> None:
    bench = Bench("lcus", {})
    bench.hears(bytes.fromhex("a00101a2"))
    assert len(bench.told) == 1


def test_every_wired_device_is_found_or_it_is_said_why_not() -> None:
    heard = {talker.device for talker in TALKERS.values() if not talker.asked}
    found = heard | {probe.device for probe in PROBES} | set(NAMED)
    assert found | set(CANNOT_BE_FOUND) >= set(WIRED)
    assert found | set(CANNOT_BE_FOUND) | set(BY_LINES) <= set(WIRED) | {None}
    assert found & set(CANNOT_BE_FOUND) <= {"yaohua-equals"}  # found where a minus tells its order


def test_all_that_has_a_check_is_listened_to() -> None:
    """But what only answers a host that nobody could overhear unawares."""
    checked = {name for name, protocol in PROTOCOLS.items() if protocol.checked} - OF_RADIO
    assert set(TALKERS) >= checked - {"bthome", "ruuvi", "mibeacon", "witmotion", "ibeacon"}
    assert set(TALKERS) <= set(PROTOCOLS)
    for name, talker in TALKERS.items():
        assert talker.frames >= (2 if PROTOCOLS[name].checked else 3) or name == "hj212"


@pytest.mark.parametrize("name", [name for name in cards() if name in PROTOCOLS])
def test_codec_and_card_agree_on_what_has_a_check(name: str) -> None:
    assert PROTOCOLS[name].checked is cards()[name].checked


def test_probes_are_asked_where_their_drivers_live() -> None:
    for probe in PROBES:
        model = REGISTER[probe.device]
        assert model.baud in probe.bauds, probe
        assert model.needs_address is (len(probe.addresses) > 1), probe
        assert not (probe.alone and model.shares), probe


def test_the_page_says_what_cannot_be_found() -> None:
    page = (Path(__file__).parents[2] / "docs" / "scan.md").read_text(encoding="utf-8")
    for name, (zh, en) in CANNOT_BE_FOUND.items():
        assert f"`{name}`" in page
        assert zh
        assert en
    for probe in PROBES:
        for step in probe.steps(probe.addresses[0]):
            assert step.request.hex(" ").upper() in page, probe.device
