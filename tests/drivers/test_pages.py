"""The pages of docs/devices say what the code does: frames decode, options are all there."""

import dataclasses
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.drivers.base import Model
from agent.drivers.codecs.base import Given, Protocol
from agent.drivers.codecs.judge import judge
from agent.drivers.codecs.register import PROTOCOLS
from agent.drivers.register import REGISTER

PAGES = Path(__file__).resolve().parents[2] / "docs" / "devices"
FRAME = re.compile(
    r"^\| (✗ )?`((?:--[a-z-]+ \S+ )*)((?:[0-9A-F]{2} )*[0-9A-F]{2})` \|", re.MULTILINE
)
"""Options, where ``linli decode`` needs them, stand before the bytes."""
MODELS = sorted(REGISTER.values(), key=lambda model: model.name)
every = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


def page(model: Model) -> str:
    return (PAGES / f"{model.name}.md").read_text(encoding="utf-8")


@every
def test_frames_are_judged_as_the_page_says(model: Model) -> None:
    text = page(model)
    protocol = re.search(r"protocol `(\w+)`", text)
    assert protocol
    frames = FRAME.findall(text.partition("\n## Frames")[2].partition("\n## ")[0])
    assert frames
    for wrong, options, digits in frames:
        read = as_given(PROTOCOLS[protocol[1]], options.split())
        verdicts = list(judge(read, bytes.fromhex(digits), None))
        assert [v.frame is None for v in verdicts] == [bool(wrong)], digits


def as_given(protocol: Protocol, options: Sequence[str]) -> Protocol:
    if protocol.reader is None:
        assert not options
        return protocol
    told = dict(zip(options[::2], options[1::2], strict=True))
    key = told.get("--bindkey")
    given = Given(
        address=told.get("--address"),
        key=bytes.fromhex(key) if key else None,
        service=told.get("--service-data"),
    )
    return dataclasses.replace(protocol, take=protocol.reader(given))


@every
def test_every_option_is_explained_and_the_sample_is_right(model: Model) -> None:
    text = page(model)
    for field in dataclasses.fields(model.options):
        assert f"| `{field.name}`" in text
    (sample,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (device,) = tomllib.loads(sample)["device"]
    assert device["driver"] == model.name
    assert ("address" in device) == model.needs_address
    told = {k: tuple(v) if isinstance(v, list) else v for k, v in device.get("options", {}).items()}
    assert model.options(**told)


@every
def test_a_page_has_all_its_parts(model: Model) -> None:
    parts = ("What it is", "Wiring", "Settings", "Commissioning", "Frames", "Known limits")
    for part in (*parts, "Quality checklist"):
        assert f"\n## {part}" in page(model), part


@every
def test_the_index_names_it(model: Model) -> None:
    assert f"[{model.name}]({model.name}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["gm65", "lcus", "lock-8a"])
def test_pages_of_doors_say_that_leaving_never_needs_the_box(name: str) -> None:
    text = page(REGISTER[name])
    for words in ("secure side", "own circuit", "出门按钮", "消防联动触点"):
        assert words in " ".join(text.split())
