"""A plain MQTT client of the tests: paho, both versions, everything waited for."""

import itertools
import queue
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from paho.mqtt.client import Client as Paho
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

PATIENCE_S = 30.0
VERSIONS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}
Got = tuple[str, bytes, bool]
_numbers = itertools.count()


class Turned(Exception):
    """The broker did not let the client in."""


class Client:
    """Connected when entered.  ``got`` gives what was delivered, in its order."""

    def __init__(
        self,
        url: str,
        user: str | None,
        password: str | None,
        *,
        version: str,
        client_id: str | None = None,
        will: tuple[str, bytes] | None = None,
        tls: dict[str, str] | None = None,
    ) -> None:
        where = urlsplit(url)
        assert where.hostname
        assert where.port
        self._where = where.hostname, where.port
        self._inbox: queue.Queue[Got] = queue.Queue()
        self._answers: queue.Queue[bool] = queue.Queue()
        self._granted: queue.Queue[list[bool]] = queue.Queue()
        self._taken: queue.Queue[bool] = queue.Queue()
        self.gone = threading.Event()
        name = client_id or f"test-{next(_numbers)}"
        self._paho = Paho(
            CallbackAPIVersion.VERSION2,
            name,
            protocol=VERSIONS[version],
            reconnect_on_failure=False,
        )
        if user is not None:
            self._paho.username_pw_set(user, password)
        if will is not None:
            self._paho.will_set(will[0], will[1], qos=1, retain=True)
        if tls is not None:
            self._paho.tls_set(**tls)  # type: ignore[arg-type]  # file names only
        self._paho.on_connect = lambda _c, _u, _f, reason, _p: self._answers.put(
            not reason.is_failure
        )
        self._paho.on_subscribe = lambda _c, _u, _m, reasons, _p: self._granted.put(
            [not reason.is_failure for reason in reasons]
        )
        self._paho.on_publish = lambda _c, _u, _m, reason, _p: self._taken.put(
            not reason.is_failure
        )
        self._paho.on_message = self._on_message
        self._paho.on_disconnect = lambda *_: self.gone.set()

    def _on_message(self, _client: Paho, _userdata: object, message: MQTTMessage) -> None:
        self._inbox.put((message.topic, bytes(message.payload), message.retain))

    def __enter__(self) -> Self:
        self._paho.connect(*self._where)
        self._paho.loop_start()
        try:
            welcome = self._answers.get(timeout=PATIENCE_S)
        except queue.Empty:
            welcome = False
        if not welcome:
            self.close()
            raise Turned
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._paho.disconnect()
        self._paho.loop_stop()

    def fall(self) -> None:
        """Gone without a goodbye: the broker publishes the will."""
        sock = self._paho.socket()
        assert sock is not None
        self._paho.loop_stop()
        sock.close()

    def subscribe(self, wanted: str) -> bool:
        """Was the filter granted?"""
        self._paho.subscribe(wanted, qos=1)
        return self._granted.get(timeout=PATIENCE_S)[0]

    def publish(self, topic: str, payload: bytes = b"{}", *, retain: bool = False) -> bool:
        """Did the broker take it?  In MQTT 3.1.1 its refusal looks like its consent."""
        self._paho.publish(topic, payload, qos=1, retain=retain)
        return self._taken.get(timeout=PATIENCE_S)

    def got(self) -> Got:
        return self._inbox.get(timeout=PATIENCE_S)

    def got_until(self, topic: str) -> list[Got]:
        """What came before the first message of ``topic``; brokers keep one sender's order."""
        before = []
        while (found := self.got())[0] != topic:
            before.append(found)
        return before
