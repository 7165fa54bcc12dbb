"""The link against a real broker: both versions, with and without TLS, on wires that die."""

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import aiomqtt
import pytest

from agent.config import settings
from agent.model.kinds import BULK, URGENT
from agent.sync import mqtt
from agent.sync.link import Arrival, Link, LinkLost, TurnedAway, Unfit, Unreachable, Will
from agent.sync.mqtt import dial
from agent.sync.sync import Sync
from tests.sync.broker import Broker, Wire, free_port, mosquitto, wire, write_files
from tests.sync.fakes import TOPICS, Bench, LoopClock, PaperLink, PaperPlatform, until

Version = Literal["5", "3.1.1"]
VERSIONS: tuple[Version, ...] = ("5", "3.1.1")
both = pytest.mark.parametrize("version", VERSIONS)

PASSWORD_FILE, WRONG_FILE = "password", "wrong"
STATE = TOPICS.up("state")
WILL = Will(STATE, b"gone")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("broker")
    write_files(folder)
    with mosquitto(folder) as running:
        yield running


def table(
    port: int,
    version: str = "5",
    **more: Any,  # noqa: ANN401  # keys of the table
) -> settings.Sync:
    """Without TLS, to this machine."""
    plain = settings.Sync(enabled=True, url=f"mqtt://127.0.0.1:{port}", tenant="demo")
    return replace(plain, protocol=version, **more)


def encrypted(broker: Broker, host: str = "127.0.0.1", **files: str) -> settings.Sync:
    paths: dict[str, Any] = {name: broker.files / file for name, file in files.items()}
    return replace(table(0, url=f"mqtts://{host}:{broker.tls}"), **paths)


@asynccontextmanager
async def city(broker: Broker) -> AsyncIterator[aiomqtt.Client]:
    """Another client, which hears all boxes."""
    async with aiomqtt.Client("127.0.0.1", broker.plain) as client:
        await client.subscribe("linli/v1/#", qos=1)
        yield client


async def heard(client: aiomqtt.Client, topic: str) -> bytes:
    async with asyncio.timeout(20):
        async for message in client.messages:
            if str(message.topic) == topic and not message.retain:
                return bytes(message.payload)
    raise AssertionError


async def arrived(link: Link) -> Arrival:
    async with asyncio.timeout(20):
        return await anext(aiter(link.messages()))


@both
async def test_what_is_published_is_heard_both_ways(broker: Broker, version: Version) -> None:
    async with city(broker) as client:
        async with dial(table(broker.plain, version), TOPICS, WILL) as link:
            await link.publish(TOPICS.up("urgent"), b"\x00\xff up")
            assert await heard(client, TOPICS.up("urgent")) == b"\x00\xff up"
            topic = f"{TOPICS.branch}/down/ack"
            await client.publish(topic, b"\x00\xff down", qos=1)
            assert await arrived(link) == Arrival(topic, b"\x00\xff down")
            await client.publish("linli/v1/demo/s0/box-2/down/ack", b"for another", qos=1)
            await client.publish(topic, b"last", qos=1)
            assert (await arrived(link)).payload == b"last"
        assert await heard(client, STATE) == b"gone"  # said on leaving


@both
async def test_a_command_that_was_kept_is_seen_so(broker: Broker, version: Version) -> None:
    topic = f"{TOPICS.branch}/down/command"
    async with city(broker) as client:
        await client.publish(topic, b"open", qos=1, retain=True)
        try:
            async with dial(table(broker.plain, version), TOPICS, WILL) as link:
                assert await arrived(link) == Arrival(topic, b"open", retained=True)
                await client.publish(topic, b"open again", qos=1, retain=True)
                assert (await arrived(link)).retained == (version == "5")
        finally:
            await client.publish(topic, b"", qos=1, retain=True)


async def _held_until_it_falls(table: settings.Sync, cable: Wire) -> None:
    async with dial(table, TOPICS, WILL) as link:
        cable.dead = True
        await arrived(link)


@both
async def test_the_broker_says_the_will_when_the_box_vanishes(
    broker: Broker, version: Version
) -> None:
    async with city(broker) as client, wire(broker.plain) as cable:
        short = table(cable.port, version, keepalive_s=2)
        with pytest.raises(LinkLost):
            await _held_until_it_falls(short, cable)
        assert await heard(client, STATE) == b"gone"


@both
async def test_a_dead_wire_is_noticed(broker: Broker, version: Version) -> None:
    """Nothing is refused and nothing closed; there is just no answer any more."""
    async with wire(broker.plain) as cable:
        with pytest.raises(LinkLost) as lost:
            await _held_until_it_falls(table(cable.port, version, keepalive_s=2), cable)
    assert lost.value.reason == "silent"


async def _two_of_a_name(table: settings.Sync) -> None:
    async with dial(table, TOPICS, WILL) as first, dial(table, TOPICS, WILL):
        await arrived(first)


async def test_a_second_box_with_the_same_name_throws_the_first_one_out(broker: Broker) -> None:
    with pytest.raises(LinkLost) as lost:
        await _two_of_a_name(table(broker.plain))
    assert lost.value.reason in {"taken_over", "lost"}  # mosquitto 2.0.11 does not say


async def test_an_encrypted_link_with_a_password(broker: Broker) -> None:
    sound = encrypted(broker, ca_file="ca.pem", password_file=PASSWORD_FILE)
    async with city(broker) as client, dial(sound, TOPICS, WILL) as link:
        await link.publish(TOPICS.up("urgent"), b"up")
        assert await heard(client, TOPICS.up("urgent")) == b"up"


async def test_the_boxs_own_certificate(broker: Broker) -> None:
    url = f"mqtts://127.0.0.1:{broker.mutual}"
    files = {"ca_file": "ca.pem", "cert_file": "box.pem", "key_file": "box.key"}
    async with dial(replace(encrypted(broker, **files), url=url), TOPICS, WILL) as link:
        await link.publish(TOPICS.up("urgent"), b"up")


async def test_without_its_certificate_it_does_not_get_in(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "CONNECT_S", 1.0)
    url = f"mqtts://127.0.0.1:{broker.mutual}"
    with pytest.raises(Unreachable):
        async with dial(replace(encrypted(broker, ca_file="ca.pem"), url=url), TOPICS, WILL):
            pass


@pytest.mark.parametrize(
    ("host", "ca_file"),
    [("127.0.0.1", "stranger.pem"), ("localhost", "ca.pem")],
    ids=["of a stranger", "for another host"],
)
async def test_a_certificate_that_proves_nothing(broker: Broker, host: str, ca_file: str) -> None:
    wrong = encrypted(broker, host, ca_file=ca_file, password_file=PASSWORD_FILE)
    with pytest.raises(Unreachable) as refused:
        async with dial(wrong, TOPICS, WILL):
            pass
    assert refused.value.reason == "tls"


async def test_without_a_file_the_authorities_of_the_system_count(broker: Broker) -> None:
    with pytest.raises(Unreachable) as refused:
        async with dial(encrypted(broker, password_file=PASSWORD_FILE), TOPICS, WILL):
            pass
    assert refused.value.reason == "tls"


async def test_there_is_no_way_back_to_plain_text(broker: Broker) -> None:
    """A broker without TLS, where the configuration says mqtts."""
    with pytest.raises(Unreachable):
        async with dial(table(0, url=f"mqtts://127.0.0.1:{broker.plain}"), TOPICS, WILL):
            pass


@both
async def test_a_wrong_password(broker: Broker, version: Version) -> None:
    wrong = encrypted(broker, ca_file="ca.pem", password_file=WRONG_FILE)
    with pytest.raises(TurnedAway) as refused:
        async with dial(replace(wrong, protocol=version), TOPICS, WILL):
            pass
    assert refused.value.reason in {"credentials", "not_allowed"}


@pytest.mark.parametrize("name", ["ca_file", "password_file", "cert_file"])
@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
async def test_files_that_are_of_no_use(
    broker: Broker, name: str, content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    files: dict[str, Any] = {"ca_file": broker.files / "ca.pem", name: file}
    with pytest.raises(Unfit) as unfit:
        async with dial(replace(encrypted(broker), **files), TOPICS, WILL):
            pass
    assert unfit.value.reason == "files"


async def test_nobody_listens() -> None:
    with pytest.raises(Unreachable) as refused:
        async with dial(table(free_port()), TOPICS, WILL):
            pass
    assert refused.value.reason == "refused"


async def test_somebody_in_between_takes_and_closes() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable) as refused:
            async with asyncio.timeout(10), dial(table(port), TOPICS, WILL):
                pass
    assert refused.value.reason == "closed"


async def test_a_name_that_can_be_none() -> None:
    with pytest.raises(Unreachable) as refused:
        async with dial(table(0, url=f"mqtt://{'a' * 64}.example"), TOPICS, WILL):
            pass
    assert refused.value.reason == "no_name"


async def test_a_broker_that_says_nothing(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "CONNECT_S", 0.5)
    async with wire(broker.plain) as cable:
        cable.dead = True
        with pytest.raises(Unreachable) as refused:
            async with dial(table(cable.port), TOPICS, WILL):
                pass
    assert refused.value.reason == "silent"


async def test_who_stops_does_not_wait_for_the_broker(broker: Broker) -> None:
    async with wire(broker.plain) as cable:
        cable.dead = True

        async def connect() -> None:
            async with dial(table(cable.port), TOPICS, WILL):
                pass

        task = asyncio.create_task(connect())
        await asyncio.sleep(0.2)
        task.cancel()
        with suppress(asyncio.CancelledError):
            async with asyncio.timeout(10):
                await task


class Mouthpiece(PaperLink):
    """Lets a platform of paper speak through a broker."""

    def __init__(self, client: aiomqtt.Client) -> None:
        super().__init__()
        self._client = client

    async def listen(self) -> None:
        async for message in self._client.messages:
            _, _, word = str(message.topic).rpartition("/")
            if "/up/" in str(message.topic):
                self.platform(word, bytes(message.payload))
                while not self.arrivals.empty():
                    answer = self.arrivals.get_nowait()
                    assert isinstance(answer, Arrival)
                    await self._client.publish(answer.topic, answer.payload, 1, timeout=math.inf)


@asynccontextmanager
async def speaking(broker: Broker) -> AsyncIterator[PaperPlatform]:
    async with city(broker) as client:
        mouth = Mouthpiece(client)
        platform = PaperPlatform(mouth)
        listening = asyncio.create_task(mouth.listen())
        try:
            yield platform
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, aiomqtt.MqttError):
                await listening


@both
async def test_a_broker_that_comes_and_goes_loses_nothing(tmp_path: Path, version: Version) -> None:
    write_files(tmp_path)
    port, bench = free_port(), Bench(clock=LoopClock())
    eager = table(port, version, healthy_s=0.0, first_s=0.05)
    sync = Sync(eager, bench.parts())
    running = asyncio.create_task(sync.run())
    await until(lambda: sync.state().reason == "refused")
    total = 0
    for _ in range(2):
        with mosquitto(tmp_path, port) as broker:
            async with speaking(broker):
                for _ in range(50):
                    total += 1
                    bench.journal.add(URGENT, total)
                    bench.journal.add(BULK, total)
                for stream in (URGENT, BULK):
                    settled = bench.journal.settled[stream]
                    await until(lambda: settled.total() == total, 30)  # noqa: B023  # at once
                assert sync.state().up
        await until(lambda: not sync.state().up, 30)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert sync.state().connects == 2
