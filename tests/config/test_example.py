"""The files that people start from: complete, valid, and true about the defaults."""

import dataclasses
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from agent.config import settings
from agent.config.catalogue import Catalogue
from agent.config.load import load
from agent.drivers.register import REGISTER
from agent.pipeline.register import STAGES

HOME = Path(__file__).parents[2]
EXAMPLE, DEMO = HOME / "config" / "box.example.toml", HOME / "config" / "demo" / "box.toml"
EVERYTHING = Catalogue(REGISTER, STAGES)
DEFAULT = re.compile(r"^#(?=[a-z_0-9]+ = )", re.MULTILINE)


def _load(path: Path) -> settings.Box:
    return load(path, EVERYTHING, {"LINLI_RUN": "/run/x", "LINLI_STATE": "/var/x"})


def test_the_example_is_valid() -> None:
    assert _load(EXAMPLE).site.gateway == "box-qingnian-3"


def test_what_the_example_calls_a_default_is_the_default(tmp_path: Path) -> None:
    """Every ``#key = value`` with its # removed changes nothing."""
    text, shown = DEFAULT.subn("", EXAMPLE.read_text())
    assert shown > 30
    spelled_out = tmp_path / "box.toml"
    spelled_out.write_text(text)
    assert replace(_load(spelled_out), digest="") == replace(_load(EXAMPLE), digest="")


def _tables(hint: object) -> Iterator[type]:
    """A dataclass and all that stand inside it."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from _tables(inner)
    for inner in get_args(hint):
        yield from _tables(inner)


def _keys(hint: object) -> set[str]:
    kinds = [kind for kind in _tables(hint) if dataclasses.is_dataclass(kind)]
    return {field.name for kind in kinds for field in dataclasses.fields(kind)}


def _shown(text: str) -> set[str]:
    """Keys and tables that a part of the example has, be it as a default or as an explanation."""
    headers = re.findall(r"^\[+(?:[a-z]+\.)*([a-z_]+)\]", text, re.MULTILINE)
    return {*re.findall(r"([a-z_0-9]+) = ", text), *headers}


SHOWN = {device.driver for device in _load(EXAMPLE).devices}
"""Drivers in the example: some of each family.  The others are shown on their pages."""


def test_every_family_and_every_stage_is_there() -> None:
    families = {type_of(name) for name in REGISTER}
    assert {type_of(name) for name in SHOWN} == families
    assert {stage.use for stage in _load(EXAMPLE).stages} == set(STAGES)


def type_of(driver: str) -> str:
    """The package that its driver stands in."""
    return REGISTER[driver].build.__module__.rpartition(".")[0]


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_the_sample_of_every_page_is_valid(name: str, tmp_path: Path) -> None:
    page = (HOME / "docs" / "devices" / f"{name}.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (device,) = tomllib.loads(sample)["device"]
    kind, port = ("ble", "hci0") if REGISTER[name].radio else ("serial", "/dev/ttyUSB0")
    bus = "" if "[[bus]]" in sample else f'[[bus]]\nid = "{device["bus"]}"\nport = "{port}"\n'
    if REGISTER[name].radio and bus:
        bus += f'kind = "{kind}"\n'
    config = tmp_path / "box.toml"
    head = 'schema_version = 1\n[site]\ngateway = "box-1"\n[store]\ndir = "/var/x"\n'
    config.write_text(f'{head}[health]\nsocket = "/run/x/agent.sock"\n{bus}{sample}')
    assert [each.driver for each in _load(config).devices] == [name]


def test_the_example_shows_every_key() -> None:
    ours = {
        "buses",
        "devices",
        "cameras",
        "stages",
        "keys",
        "digest",
    }  # of settings.Box, not of the file
    assert _keys(settings.Box) - _shown(EXAMPLE.read_text()) == ours


@pytest.mark.parametrize("name", [*sorted(SHOWN), *STAGES])
def test_the_example_shows_every_option(name: str) -> None:
    options = REGISTER[name].options if name in REGISTER else STAGES[name].options
    (part,) = re.findall(
        rf'^(?:driver|use) = "{name}"$(.*?)(?:^\[\[(?:device|stage)\]\]|^# ═══|\Z)',
        EXAMPLE.read_text(),
        re.MULTILINE | re.DOTALL,
    )
    assert _keys(options) <= _shown(part)


def test_the_demo_is_the_one_that_the_scenario_plays() -> None:
    box = _load(DEMO)
    assert box.site.gateway == "demo-box"
    scenario = tomllib.loads((DEMO.parent / "scenario.toml").read_text())
    wires = {bus["id"] for bus in scenario["bus"] if bus.get("kind") != "ble"}
    assert {bus.id: bus.port for bus in box.buses if bus.kind == "serial"} == {
        name: f"/run/x/{name}" for name in wires
    }
    assert {bus.id: bus.dbus for bus in box.buses if bus.kind == "ble"} == {"radio": "/run/x/radio"}
    assert box.store.dir == Path("/var/x")
    assert box.health.socket == Path("/var/x/agent.sock")
    played = {(device["id"], device.get("address")) for device in scenario["device"]}
    assert {(d.id, d.address) for d in box.devices} == played - {("flat-1", "C0:FF:EE:00:00:01")}


def test_the_demo_names_the_texts_of_its_codes() -> None:
    """``# NAME`` stands above each sum, so that whoever plays with it can make the code."""
    text = DEMO.read_text()
    sums = dict(re.findall(r"# (LINLI-DEMO-[A-Z0-9-]+)[^[]*?sha256 = \"([0-9a-f]{64})\"", text))
    assert len(sums) == text.count("sha256 = ")
    for code, digest in sums.items():
        assert hashlib.sha256(code.encode()).hexdigest() == digest
