"""The city's connection to the broker: MQTT 5 or 3.1.1 as configured, TLS verified, tried again.

docs/protocol.md, section 1: QoS 1, clean start, session expiry 0.  What was missed while the
connection was away comes again, for nothing counts before our own acknowledgement.
"""

import asyncio
import logging
import random
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from city.parcels import Arrival
from city.settings import Broker
from city.topics import Topics

log = logging.getLogger(__name__)

FIRST_S, MOST_S = 0.5, 1.0
"""Between two tries: any time up to a bound that doubles.  There is one city, so no herd, and
every box waits for it."""
HEALTHY_S = 10.0
"""A connection that lived so long begins the bounds anew."""
KEEPALIVE_S = 20
PUBLISH_S = 10.0
"""How long the broker may take for a PUBACK before the publish counts as failed."""
MOST_QUEUED = 2000
"""Messages between the socket and the intake; what does not fit is dropped, and comes again."""

Publish = Callable[[str, bytes, int | None], Awaitable[None]]
"""Topic, payload, expiry in seconds (with MQTT 5).  QoS 1, never retained.  NoBroker."""
Heard = Callable[[Arrival], Awaitable[None]]
Back = Callable[[], Coroutine[None, None, None]]


class NoBroker(Exception):
    """It could not be published: there is no connection, or the broker did not take it."""


class _Refused(Exception):
    """The broker does not let us read what we need; a person must mend its rules."""


class Link:
    """``run`` keeps the connection; ``publish`` uses it."""

    def __init__(self, broker: Broker, topics: Topics) -> None:
        """OSError, ssl.SSLError among them, if the certificates cannot be read."""
        self._broker, self._topics = broker, topics
        self._tls = _tls(broker) if broker.tls else None
        self._client: aiomqtt.Client | None = None
        self._away = False
        self.strays = 0  # publishes under ``up`` on topics that do not exist
        self.connected = asyncio.Event()

    async def run(self, heard: Heard, back: Back) -> None:
        """Until it is cancelled.  ``heard`` gets every well-formed publish of a box; it may
        wait.  ``back`` is begun with each connection: what boxes said before it was not heard."""
        bound_s = FIRST_S
        while True:
            begun = time.monotonic()
            try:
                await self._connection(heard, back)
            except (aiomqtt.MqttError, _Refused, OSError) as fault:
                self._lost(fault)
            finally:
                self._client = None
                self.connected.clear()
            healthy = time.monotonic() - begun >= HEALTHY_S
            bound_s = FIRST_S if healthy else min(2 * bound_s, MOST_S)
            await asyncio.sleep(random.uniform(0, bound_s))  # noqa: S311  # spreads, hides nothing

    async def publish(self, topic: str, payload: bytes, expiry_s: int | None = None) -> None:
        client = self._client
        if client is None:
            raise NoBroker("no connection to the broker 未连接消息服务器")
        properties = None
        if self._broker.protocol == "5" and expiry_s is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = expiry_s
        try:
            await client.publish(topic, payload, qos=1, properties=properties)
        except aiomqtt.MqttError as fault:
            raise NoBroker(str(fault)) from fault

    async def _connection(self, heard: Heard, back: Back) -> None:
        async with self._new_client() as client:
            granted = await client.subscribe(self._topics.wanted, qos=1)
            if any(_code(each) >= 128 for each in granted):
                raise _Refused(f"the broker refuses {self._topics.wanted}")
            self._client = client
            self._found()
            self.connected.set()
            calling = asyncio.create_task(back())
            try:
                async for message in client.messages:
                    arrival = self._arrival(message)
                    if arrival is not None:
                        await heard(arrival)
            finally:
                calling.cancel()

    def _arrival(self, message: aiomqtt.Message) -> Arrival | None:
        place = self._topics.up(message.topic.value)
        payload = message.payload
        if place is None or not isinstance(payload, bytes):
            self.strays += 1
            return None
        gateway, branch = place
        if message.retain and branch != "state":
            return None  # somebody kept an old publish at the broker; only states may be kept
        return Arrival(gateway, branch, payload, time.monotonic_ns())

    def _new_client(self) -> aiomqtt.Client:
        of, five = self._broker, self._broker.protocol == "5"
        version = aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311
        clean: dict[str, Any] = {"clean_start": True} if five else {"clean_session": True}
        client = _Client(
            of.host,
            of.port,
            identifier=f"linli-city-{self._topics.tenant}-{self._topics.shard}",
            protocol=version,
            username=of.username,
            password=of.password,
            tls_context=self._tls,
            keepalive=KEEPALIVE_S,
            timeout=PUBLISH_S,
            max_queued_incoming_messages=MOST_QUEUED,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # a command is small
            **clean,
        )
        client.pending_calls_threshold = MOST_QUEUED  # the intake bounds what is under way
        return client

    def _lost(self, fault: Exception) -> None:
        if not self._away:
            log.warning("the broker is away: %s", fault)
        self._away = True

    def _found(self) -> None:
        log.info("the broker is %s: %s:%d", self._word(), self._broker.host, self._broker.port)
        self._away = False

    def _word(self) -> str:
        return "back" if self._away else "there"


class _Client(aiomqtt.Client):
    """The library overlooks a connection that is closed before the broker's first word."""

    def _on_disconnect(self, *told: Any) -> None:  # noqa: ANN401  # handed on as it is
        if not self._connected.done():
            self._connected.set_exception(aiomqtt.MqttError("closed before the first word"))
        super()._on_disconnect(*told)


def _tls(broker: Broker) -> ssl.SSLContext:
    """Verified, always: the name and the chain."""
    context = ssl.create_default_context(cafile=broker.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if broker.cert_file is not None:
        context.load_cert_chain(broker.cert_file, broker.key_file)
    return context


def _code(granted: object) -> int:
    """Of a SUBACK: a number in 3.1.1, an object with one in 5."""
    return granted if isinstance(granted, int) else int(getattr(granted, "value", 128))
