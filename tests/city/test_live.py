"""The whole city at a real broker, with a scripted box, in both versions of MQTT."""

import asyncio
import base64
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import aiomqtt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from city import app, signing
from city.ask import ask
from city.link import NoBroker, Publish
from city.look import Look
from city.settings import load
from tests.city.boxes import block, line, text
from tests.city.broker import mosquitto
from tests.city.waiting import until

PLAIN = app.Parts()
HOME = Path(__file__).resolve().parents[2]


class Box:
    """Says what the script tells it to, and hears what the city says."""

    def __init__(self, port: int, version: str, gateway: str = "box-1") -> None:
        self._root = f"linli/v1/demo/s0/{gateway}"
        self.gateway = gateway
        self._client = aiomqtt.Client(
            "127.0.0.1",
            port,
            identifier=f"linli-{gateway}",
            protocol=aiomqtt.ProtocolVersion.V5 if version == "5" else aiomqtt.ProtocolVersion.V311,
            will=aiomqtt.Will(f"{self._root}/up/state", b'{"v":1,"online":false}', 1, retain=True),
        )
        self._said = 0

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        await self._client.subscribe(f"{self._root}/down/#", qos=1)
        await self.say("state", b'{"v":1,"online":true}', retain=True)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__(None, None, None)

    async def say(self, branch: str, payload: bytes, *, retain: bool = False) -> None:
        await self._client.publish(f"{self._root}/up/{branch}", payload, qos=1, retain=retain)

    async def hello(self, **streams: list[dict[str, int]]) -> str:
        self._said += 1
        nonce = f"nonce-{self._said}"
        said = {"v": 1, "gateway": self.gateway, "run": "run-1", "nonce": nonce}
        await self.say("hello", json.dumps(said | {"streams": streams}).encode())
        return nonce

    async def hears(self, branch: str) -> dict[str, Any]:
        """The next thing that is said on this branch; others are passed over."""
        async with asyncio.timeout(20):
            async for message in self._client.messages:
                if message.topic.value == f"{self._root}/down/{branch}":
                    said: dict[str, Any] = json.loads(bytes(message.payload))
                    return said
        raise AssertionError("the connection has ended")


def _configured(directory: Path, port: int, version: str) -> Path:
    with contextlib.suppress(FileExistsError):
        signing.generate(directory, "city-1")
    (directory / "token").write_text("open-sesame\n")
    config = directory / "city.toml"
    config.write_text(
        f'tenant = "demo"\nshard = "s0"\ndir = "city"\n'
        f'[broker]\nurl = "mqtt://127.0.0.1:{port}"\nprotocol = "{version}"\n'
        '[http]\nlisten = "127.0.0.1:0"\ntoken_file = "token"\n'
        '[command]\nkey_id = "city-1"\nkey_file = "city-1.key"\n'
    )
    return config


@contextlib.asynccontextmanager
async def running(config: Path, parts: app.Parts = PLAIN) -> AsyncIterator[dict[str, object]]:
    """What its ready line says."""
    ready: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(app.run(load(config), ready.set_result, parts))
    both: list[asyncio.Future[Any]] = [task, ready]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED, timeout=30)
    if task.done():
        await task
    try:
        yield ready.result()
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            await task


versions = pytest.mark.parametrize("version", ["5", "3.1.1"])


@versions
async def test_records_hello_and_command_at_a_real_broker(tmp_path: Path, version: str) -> None:
    async with mosquitto(tmp_path) as port:
        config = _configured(tmp_path, port, version)
        async with running(config) as where, Box(port, version) as box:
            nonce = await box.hello(bulk=[{"epoch": 1, "first": 1, "last": 0, "cursor": 1}])
            answer = await box.hears("hello")
            assert (answer["nonce"], answer["renew"]) == (nonce, None)

            await box.say("live", block(1, 256))
            await box.say("urgent", text(line(1)))
            acks = [await box.hears("ack"), await box.hears("ack")]
            assert sorted((ack["stream"], ack["ranges"]) for ack in acks) == [
                ("bulk", [[1, 256]]),
                ("urgent", [[1, 1]]),
            ]

            wish = {"gateway": "box-1", "target": "lock-1", "action": "pulse", "wait_s": 20}
            asking = asyncio.create_task(
                asyncio.to_thread(ask, tmp_path / "city", "/v1/commands", wish, 20)
            )
            sealed = await box.hears("command")
            public = load_pem_public_key((tmp_path / "city-1.pub").read_bytes())
            assert isinstance(public, Ed25519PublicKey)
            signed = b"linli/v1/command\n" + sealed["body"].encode()
            public.verify(base64.b64decode(sealed["sig"]), signed)
            body = json.loads(sealed["body"])
            assert body["nonce"] == nonce
            told = {"id": body["id"], "action": "pulse"}
            events = (line(2, "command_accepted", data=told), line(3, "command_done", data=told))
            await box.say("urgent", text(*events))
            assert await asking == (200, {"id": body["id"], "state": "done", "reason": None})
            assert "listen" in where
        with Look(tmp_path / "city") as look:
            assert look.rows() == {("box-1", "bulk"): 256, ("box-1", "urgent"): 3}
            assert look.commands() == {"done": 1}


async def test_a_city_that_starts_again_calls_its_boxes(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as port:
        config = _configured(tmp_path, port, "5")
        async with Box(port, "5") as box:
            async with running(config):
                await box.hello()
                await box.hears("hello")
            async with running(config):
                assert await box.hears("call") == {"v": 1}


class _Forgetful:
    """Loses every second acknowledgement, as a link would."""

    def __init__(self, publish: Publish) -> None:
        self._publish, self._count = publish, 0

    async def publish(self, topic: str, payload: bytes, expiry_s: int | None) -> None:
        self._count += 1
        if self._count % 2:
            raise NoBroker("lost on purpose")
        await self._publish(topic, payload, expiry_s)


async def test_a_drill_can_lose_acknowledgements(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as port:
        config = _configured(tmp_path, port, "5")
        parts = app.Parts(acknowledge=lambda publish: _Forgetful(publish).publish)
        async with running(config, parts), Box(port, "5") as box:
            await box.hello()
            await box.hears("hello")
            await box.say("live", block(1, 10))
            with Look(tmp_path / "city") as look:
                await until(lambda: look.count() == 10)
            await box.say("live", block(1, 10))
            assert (await box.hears("ack"))["ranges"] == [[1, 10]]
        with Look(tmp_path / "city") as look:
            assert look.count() == 10


async def test_the_process_says_that_it_is_ready_and_ends_when_told(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as port:
        config = _configured(tmp_path, port, "5")
        city = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "city",
            "--config",
            str(config),
            cwd=HOME,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert city.stdout is not None
        async with asyncio.timeout(40):
            said = json.loads(await city.stdout.readline())
            assert said["ready"] is True
            assert (tmp_path / "city" / "city.sock").is_socket()
            city.send_signal(signal.SIGTERM)
            rest, log = await city.communicate()
        assert (city.returncode, rest) == (0, b"")
        assert b"Traceback" not in log
        assert not (tmp_path / "city" / "city.sock").exists()
