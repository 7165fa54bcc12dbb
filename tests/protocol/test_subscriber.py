"""A stranger's fifty lines understand what our codec writes: docs/protocol/subscriber.py."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agent.model.messages import Quality, Reading
from agent.model.time import Stamp, TimeQuality
from agent.store.block import Numbering, encode
from cli.broker import WATCH, Broker
from cli.net import mosquitto
from cli.protocol import DOCS
from tests.net.client import Client

SUBSCRIBER = DOCS / "protocol" / "subscriber.py"
UP = "linli/v1/demo/s0/box-1/up"
BOOT = "6f1c77aa-0000-4000-8000-000000000001"


def test_it_is_short_and_nothing_of_ours() -> None:
    text = SUBSCRIBER.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 50
    assert {root for root in imported(text) if root not in sys.stdlib_module_names} == {"paho"}


def imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]


@contextmanager
def subscriber(broker: Broker) -> Iterator[Iterator[str]]:
    password = broker.password_file(WATCH)
    arguments = [broker.url, "demo/s0", WATCH, str(password)]
    process = subprocess.Popen(
        [sys.executable, str(SUBSCRIBER), *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with closing(process.stdout) as lines:
        try:
            yield iter(lines)
        finally:
            process.terminate()
            process.wait(10)


@pytest.mark.skipif(mosquitto.program() is None, reason="there is no mosquitto here")
def test_readings_and_events_come_out(tmp_path: Path) -> None:
    readings = [
        reading(0, "scale-1", "weight", 3.24),
        reading(250, "noise-1", "sound_level", 51.5, Quality.SUSPECT),
        reading(1000, "scale-1", "weight", float("nan"), Quality.INVALID),
    ]
    event = {"type": "event", "device": "scale-1", "kind": "weighing", "data": {"单位": "kg"}}
    with Broker(tmp_path, ["box-1"]) as broker, subscriber(broker) as lines, box(broker) as ours:
        # retained, so that it does not matter who of the two was first
        ours.publish(f"{UP}/live", encode(readings, Numbering("box-1", 3, 40)), retain=True)
        told = [json.loads(next(lines)) for _ in readings]
        ours.publish(f"{UP}/urgent", json.dumps(event).encode())
        assert json.loads(next(lines)) == event
    assert [line["seq"] for line in told] == [40, 41, 42]
    assert [line["value"] for line in told] == [3.24, 51.5, None]
    assert [line["quality"] for line in told] == ["good", "suspect", "invalid"]
    assert [line["mono_ns"] for line in told] == [each.at.mono_ns for each in readings]
    assert told[1]["device"] == "noise-1"
    assert told[1]["point"] is None


def box(broker: Broker) -> Client:
    return Client(broker.url, "box-1", broker.passwords["box-1"], version="5")


def reading(
    ms: int, device: str, quantity: str, value: float, quality: Quality = Quality.GOOD
) -> Reading:
    at = Stamp(BOOT, 81_250_000_000 + ms * 1_000_000, None, TimeQuality.UNTRUSTED)
    return Reading(
        device=device, point=None, quantity=quantity, value=value, quality=quality, at=at
    )
