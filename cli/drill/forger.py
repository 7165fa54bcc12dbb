"""Somebody who can publish what only the platform may, and sign with keys of all kinds.

No code of box or city: docs/protocol.md, section 6, written down once more.
"""

import base64
import json
import queue
import time
from typing import Any, Self

import paho.mqtt.client as paho
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from paho.mqtt.enums import CallbackAPIVersion

from cli.broker import STRANGER, WATCH
from cli.town import KEY, Town

PREFIX = b"linli/v1/command\n"
HELLO_S = 30.0


def fate(payload: bytes) -> str:
    """Why a box must refuse an envelope of which one bit was flipped after it was signed."""
    try:
        told = json.loads(payload.decode())
        kid, alg, body, sig = (told[name] for name in ("kid", "alg", "body", "sig"))
        base64.b64decode(sig, validate=True)
    except (ValueError, KeyError):
        return "format"
    if not all(isinstance(each, str) for each in (kid, alg, body)):
        return "format"
    return "key" if kid != KEY else "signature"


class Forger:
    """Two connections: one that listens to everything, one that speaks to the box."""

    def __init__(self, town: Town) -> None:
        self._branch = f"linli/v1/demo/s0/{town.gateway}"
        self._gateway = town.gateway
        self._hellos: queue.Queue[tuple[str, float]] = queue.Queue()
        loaded = load_pem_private_key(town.private_key.read_bytes(), None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise TypeError("the town signs with Ed25519")
        self._key, self._count = loaded, 0
        self._ears = self._client(town, WATCH)
        self._ears.on_message = self._heard
        self._ears.subscribe(f"{self._branch}/up/hello", 1)
        self._mouth = self._client(town, STRANGER)
        self.nonce, self._heard_at = "", 0.0

    def hello(self) -> None:
        """Take the newest hello; waits for one that was not taken."""
        self.nonce, self._heard_at = self._hellos.get(timeout=HELLO_S)
        while not self._hellos.empty():
            self.nonce, self._heard_at = self._hellos.get()

    def body(self, **other: object) -> dict[str, object]:
        """Of a good command, but for what is said otherwise."""
        self._count += 1
        good: dict[str, object] = {
            "id": f"forged-{time.monotonic_ns()}-{self._count}",
            "gateway": self._gateway,
            "nonce": self.nonce,
            "age_ms": int((time.monotonic() - self._heard_at) * 1000),
            "ttl_ms": 5000,
            "target": "relay-1",
            "action": "pulse",
            "args": {"channel": 1, "ms": 100},
        }
        return good | other

    def seal(
        self,
        body: dict[str, object],
        *,
        kid: str = KEY,
        key: Ed25519PrivateKey | None = None,
        prefix: bytes = PREFIX,
    ) -> bytes:
        text = json.dumps(body)
        signature = (key or self._key).sign(prefix + text.encode())
        sig = base64.b64encode(signature).decode()
        return json.dumps({"kid": kid, "alg": "Ed25519", "body": text, "sig": sig}).encode()

    def say(self, payload: bytes, *, retain: bool = False) -> None:
        told = self._mouth.publish(f"{self._branch}/down/command", payload, 1, retain)
        told.wait_for_publish(10)

    def close(self) -> None:
        for client in (self._ears, self._mouth):
            client.disconnect()
            client.loop_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _heard(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:  # noqa: ANN401  # paho's own
        nonce = json.loads(message.payload)["nonce"]
        self._hellos.put((nonce, time.monotonic()))

    @staticmethod
    def _client(town: Town, user: str) -> paho.Client:
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        client.username_pw_set(user, town.broker.passwords[user])
        client.connect(town.broker.host, town.broker.port)
        client.loop_start()
        return client
