"""Somebody who hears what box and platform say to each other, with the rights of a looker-on."""

import json
from collections import deque
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from cli.broker import WATCH
from cli.town import Town
from cli.world import Line

MOST = 1000  # messages that are kept, the newest


class Ear:
    """``heard``: the JSON messages on one topic below the box's branch (``down/replay``)."""

    def __init__(self, town: Town, topic: str) -> None:
        self.heard: deque[Line] = deque(maxlen=MOST)
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self._client.username_pw_set(WATCH, town.broker.passwords[WATCH])
        self._client.on_message = self._hear
        self._client.connect(town.broker.host, town.broker.port)
        self._client.subscribe(f"linli/v1/demo/s0/{town.gateway}/{topic}", 1)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hear(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:  # noqa: ANN401  # paho's own
        self.heard.append(json.loads(message.payload))
