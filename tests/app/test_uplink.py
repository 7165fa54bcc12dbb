"""Box, broker and city as processes: what they say to each other is what the documents say."""

import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from cli.broker import WATCH
from cli.drill import texts
from cli.drill.acts import opens
from cli.drill.room import Room
from cli.drill.uplink import GATEWAY, account, connected, drained
from cli.net.mosquitto import program
from cli.protocol import check
from cli.town import Plan, Town

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(program() is None, reason="there is no mosquitto here"),
]
SAID = {"up/hello", "up/state", "up/urgent", "up/live", "down/hello", "down/ack", "down/command"}


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_everything_arrives_once_and_is_said_as_documented(tmp_path: Path, protocol: str) -> None:
    room = Room(tmp_path)
    heard: list[tuple[str, bytes, bool]] = []
    with Town(tmp_path / "town", GATEWAY, Plan(protocol=protocol)) as town:
        watch = _watch(town, heard)
        config = texts.config(more=town.tables())
        with room.world(texts.scenario()) as world, room.agent(config) as agent:
            assert room.wait_here(*texts.DEVICES)
            assert connected(room)
            assert opens(world) is not None
            done = town.command(texts.RELAY, "pulse", "channel=2", "ms=100")
            assert done["state"] == "done"
            seen = account(drained(room, world), town)
            assert agent.stop() == 0
        time.sleep(0.5)
        watch.disconnect()
        watch.loop_stop()
        assert seen.whole
    faults = [
        fault for topic, payload, kept in heard for fault in check(topic, payload, retain=kept)
    ]
    assert faults == []
    assert {"/".join(topic.split("/")[-2:]) for topic, _, _ in heard} >= SAID


def _watch(town: Town, heard: list[tuple[str, bytes, bool]]) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
    client.username_pw_set(WATCH, town.broker.passwords[WATCH])
    client.on_message = lambda _client, _data, message: heard.append(
        (message.topic, bytes(message.payload), bool(message.retain))
    )
    client.connect(town.broker.host, town.broker.port)
    client.subscribe("linli/v1/demo/s0/#", 1)
    client.loop_start()
    return client
