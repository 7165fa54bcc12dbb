"""Somebody whom the broker lets say what only the platform may, but who has no key.

He hears each command that goes out, and says it again, or says one that he signed himself.
"""

import json
import secrets
import threading
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from city.signing import Ed25519, envelope
from cli.broker import STRANGER
from cli.town import KEY, Town

PATIENCE_S = 10.0


class Stranger:
    """Listens from when it is entered."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._topic = f"linli/v1/demo/s0/{town.gateway}/down/command"
        self._heard: bytes | None = None
        self._new, self._listens = threading.Event(), threading.Event()
        version = MQTTProtocolVersion.MQTTv311  # every broker speaks it
        self._client = Client(CallbackAPIVersion.VERSION2, STRANGER, protocol=version)
        self._client.username_pw_set(STRANGER, town.broker.passwords[STRANGER])
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = lambda *_: self._listens.set()
        self._client.on_message = self._on_message

    def __enter__(self) -> Self:
        self._client.connect(self._town.broker.host, self._town.broker.port)
        self._client.loop_start()
        self._listens.wait(PATIENCE_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def forget(self) -> None:
        """The next command that goes out is the one to say again."""
        self._new.clear()

    def replay(self) -> bool:
        """Say again what went out since ``forget``.  Was there anything?"""
        if not self._new.wait(PATIENCE_S) or self._heard is None:
            return False
        self._client.publish(self._topic, self._heard, qos=1)
        return True

    def forge(self, target: str, action: str, **args: object) -> None:
        """A command in the platform's form and name, signed by a key of his own."""
        body = {
            "id": f"x-{secrets.token_hex(8)}",
            "gateway": self._town.gateway,
            "nonce": secrets.token_urlsafe(18),
            "age_ms": 0,
            "ttl_ms": 10_000,
            "target": target,
            "action": action,
            "args": args,
        }
        signer = Ed25519(KEY, Ed25519PrivateKey.generate())
        self._client.publish(self._topic, envelope(signer, json.dumps(body)), qos=1)

    def _on_connect(self, *_: object) -> None:
        self._client.subscribe(self._topic, qos=1)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._heard = bytes(message.payload)
        self._new.set()
