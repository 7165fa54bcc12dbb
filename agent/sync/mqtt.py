"""The link over MQTT: the only module that knows aiomqtt and what lies under it.

What this library leaves to its user is settled here: its queues are bounded, a dead connection is
noticed in time, and its errors become ours by their type, never by their text.
"""

import asyncio
import logging
import math
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from agent.config import settings
from agent.sync import tls
from agent.sync.link import Arrival, Link, LinkLost, LinkTrouble, TurnedAway, Unreachable, Will
from agent.sync.topics import Topics

log = logging.getLogger(__name__)

_WIRE = logging.getLogger(f"{__name__}.wire")
_WIRE.setLevel(logging.CRITICAL)  # what falls is said once, by ``Sync``

PORTS = {"mqtts": 8883, "mqtt": 1883}  # IANA

CONNECT_S = 15.0  # for the broker's word once the connection stands: it is slow under a herd
PUBACK_S = 60.0
"""A broker that answers pings and takes nothing for so long does not work."""

LEAVE_S = 2.0  # to say goodbye: who stops the box does not wait for the platform

MOST_WAITING = 256
"""Messages that came in and were not looked at.  Beyond it new ones are dropped: an acknowledgement
comes again, and a command that waited so long had better be refused."""

RECEIVE_MOST = 32  # of them the broker may send without our PUBACK (MQTT 5)
PACKET_MOST = 256 * 1024  # bytes of a packet to us (MQTT 5); all that we read ends at 64 KiB
OUT_MOST = 20  # see agent.sync.pace


@asynccontextmanager
async def dial(table: settings.Sync, topics: Topics, will: Will) -> AsyncIterator[Link]:
    """A ``Connect``, once table and topics are bound."""
    means = await asyncio.to_thread(_read_means, table)
    client = _client(means, table, topics.gateway, will)
    await _enter(client)
    link = MqttLink(client)
    try:
        await link.subscribe(topics.down, five=table.protocol == "5")
        yield link
    finally:
        with suppress(LinkLost, TimeoutError):
            async with asyncio.timeout(LEAVE_S):
                await link.publish(will.topic, will.payload, retain=True)
        await _leave(client)


@dataclass(frozen=True, slots=True)
class _Means:
    """What is read from the disk before each connection."""

    context: ssl.SSLContext | None
    password: str | None


def _read_means(table: settings.Sync) -> _Means:
    plain = urlsplit(table.url or "").scheme == "mqtt"  # to this machine only: agent.config.checks
    return _Means(None if plain else tls.context(table), tls.password(table))


def _client(means: _Means, table: settings.Sync, gateway: str, will: Will) -> aiomqtt.Client:
    url = urlsplit(table.url or "")
    five = table.protocol == "5"
    client = _Client(
        url.hostname or "",
        url.port or PORTS[url.scheme],
        username=table.username or (gateway if means.password is not None else None),
        password=means.password,
        identifier=f"linli-{gateway}",
        protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
        clean_session=None if five else True,  # of 5 the first connection of a client is clean
        properties=_connect_properties() if five else None,
        will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True),
        keepalive=_keepalive(table.keepalive_s),
        timeout=CONNECT_S,
        max_queued_incoming_messages=MOST_WAITING,
        max_queued_outgoing_messages=OUT_MOST,
        max_inflight_messages=OUT_MOST,
        socket_options=((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),),  # an alarm waits for nothing
        tls_context=means.context,
        logger=_WIRE,
    )
    client.pending_calls_threshold = OUT_MOST
    return client


class _Closed(aiomqtt.MqttError):
    """Somebody took the connection, and closed it without a word."""


class _Client(aiomqtt.Client):
    """The library overlooks a connection that is closed before the broker's first word, and then
    waits for that word until its patience ends: somebody in between who takes connections for a
    broker that is away would cost a quarter of a minute each time."""

    def _on_disconnect(self, *told: Any) -> None:  # noqa: ANN401  # handed on as it is
        if not self._connected.done():
            self._connected.set_exception(_Closed("closed before the first word"))
        super()._on_disconnect(*told)


def _keepalive(keepalive_s: int) -> int:
    """The library asks after so long a silence, and gives up when as much has passed again.  So it
    is told three quarters, and a dead link is noticed after one and a half of what was wanted."""
    return max(1, keepalive_s * 3 // 4)


def _connect_properties() -> Properties:
    """The session ends with the connection: what was queued for a box that was away is worthless,
    and a command among it dangerous."""
    made = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho
    made.SessionExpiryInterval = 0
    made.ReceiveMaximum = RECEIVE_MOST
    made.MaximumPacketSize = PACKET_MOST
    return made


class MqttLink:
    """A ``Link``."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client

    async def subscribe(self, topics: str, *, five: bool) -> None:
        """With MQTT 5 whatever was published as retained is seen so, also when it is new."""
        options = SubscribeOptions(qos=1, retainAsPublished=True) if five else None
        qos = 0 if five else 1  # then it stands in the options
        async with _patiently(PUBACK_S):
            codes = await self._client.subscribe(topics, qos, options, timeout=math.inf)
        if any(_code(code) >= _FAILURE for code in codes):
            raise TurnedAway("not_allowed", f"to read {topics}")

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        async with _patiently(PUBACK_S):
            await self._client.publish(topic, payload, 1, retain, timeout=math.inf)

    async def messages(self) -> AsyncIterator[Arrival]:
        try:
            async for message in self._client.messages:
                yield Arrival(str(message.topic), bytes(message.payload), message.retain)
        except aiomqtt.MqttError as why:
            raise _lost(why) from why


@asynccontextmanager
async def _patiently(seconds: float) -> AsyncIterator[None]:
    """The library's own time-out may swallow a cancellation that comes with the answer (wait_for
    before Python 3.12), and a box that is asked to stop would go on."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as why:
        raise LinkLost("silent", "no PUBACK") from why
    except aiomqtt.MqttError as why:
        raise _lost(why) from why


async def _enter(client: aiomqtt.Client) -> None:
    """The library connects on a thread, which nobody can stop.  So it is left to end by itself, and
    whatever came of it is closed."""
    entering = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except asyncio.CancelledError:
        await asyncio.wait((entering,), timeout=LEAVE_S)
        entering.cancel()
        await _leave(client)
        raise
    except (aiomqtt.MqttError, UnicodeError) as why:  # the latter: a name that can be none
        await _leave(client)
        raise _refused(why) from why


async def _leave(client: aiomqtt.Client) -> None:
    """Also after an attempt that failed: its socket may still be open."""
    client.timeout = LEAVE_S
    with suppress(aiomqtt.MqttError):
        await client.__aexit__(None, None, None)


_FAILURE = 0x80  # reason codes from here on mean no, in all versions
_CREDENTIALS, _PROTOCOL = 0x86, 0x84  # reason codes of a CONNACK, MQTT 5, 3.2.2.2
_NOT_ALLOWED = (0x85, 0x87, 0x8A, 0x8C)  # client id, not authorised, banned, bad method

_FALLS = {0x8D: "silent", 0x8E: "taken_over"}
"""Of a DISCONNECT, MQTT 5, 3.14.2.1: keep alive timeout, which the library says when there is no
answer to its ping; somebody else came with our client id, which not every broker says."""


def _refused(why: Exception) -> LinkTrouble:
    """Why no connection came about.  The library speaks 3.1.1's codes in those of 5."""
    if isinstance(why, aiomqtt.MqttCodeError):
        code = _code(why.rc)
        if code == _CREDENTIALS:
            return TurnedAway("credentials", why)
        if code == _PROTOCOL:
            return TurnedAway("protocol", why)
        return TurnedAway("not_allowed", why) if code in _NOT_ALLOWED else Unreachable("busy", why)
    if isinstance(why, _Closed):
        return Unreachable("closed", why)
    return Unreachable(_word(why if isinstance(why, UnicodeError) else why.__context__), why)


def _code(rc: int | ReasonCode | None) -> int:
    return int(rc.value) if isinstance(rc, ReasonCode) else rc or 0


def _word(cause: BaseException | None) -> str:
    """The library hides the error below behind its own; Python keeps it as the context."""
    match cause:
        case ssl.SSLError():
            return "tls"
        case ConnectionRefusedError():
            return "refused"
        case socket.gaierror() | UnicodeError():
            return "no_name"
        case TimeoutError() | None:
            return "silent"
    return "no_route"


def _lost(why: aiomqtt.MqttError) -> LinkLost:
    below = why if isinstance(why, aiomqtt.MqttCodeError) else why.__cause__
    code = _code(below.rc) if isinstance(below, aiomqtt.MqttCodeError) else 0
    return LinkLost(_FALLS.get(code, "lost"), why)
