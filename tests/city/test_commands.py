"""Commands: what is signed, against which nonce, and how their results are waited for."""

import asyncio
import base64
import json
import stat
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from city import signing
from city.commands import BadCommand, Commands, NoKey, NotReachable, Wish
from city.desk import Desk
from city.link import NoBroker
from city.signing import BadKey
from city.store.sqlite import SqliteStore
from city.topics import Topics
from cli.protocol import check
from tests.city.boxes import line, told


class _World:
    """Commands on a store of their own, a clock that is set by hand, a broker that may be away."""

    def __init__(self, directory: Path) -> None:
        self.now_ns, self.away = 0, False
        self.sent: list[tuple[str, bytes, int | None]] = []
        self.desk, self.store = Desk(), SqliteStore(directory)
        private, public = signing.generate(directory / "keys", "city-1")
        self.signer = signing.load("city-1", private)
        self.public = load_pem_public_key(public.read_bytes())
        self.commands = self.new(self.signer)

    def new(self, signer: signing.Signer | None) -> Commands:
        topics = Topics("demo", "s0")
        clock = lambda: self.now_ns  # noqa: E731
        return Commands(self.desk, self.store, signer, topics, self.publish, clock)

    async def publish(self, topic: str, payload: bytes, expiry_s: int | None) -> None:
        assert check(topic, payload) == []  # as docs/protocol says
        if self.away:
            raise NoBroker("away")
        self.sent.append((topic, payload, expiry_s))

    def close(self) -> None:
        self.store.close()
        self.desk.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[_World]:
    world = _World(tmp_path)
    yield world
    world.close()


def _wish(**fields: Any) -> Wish:  # noqa: ANN401  # wrong values too
    plain: dict[str, Any] = {"gateway": "box-1", "target": "lock-1", "action": "pulse"}
    return Wish(**(plain | {"args": {"channel": 1}, "ttl_ms": 5000} | fields))


async def test_the_signature_covers_the_very_bytes_that_are_sent(world: _World) -> None:
    world.commands.heard("box-1", "nonce-1", mono_ns=1_000_000_000)
    world.now_ns = 3_500_999_999
    name = await world.commands.send(_wish(by="王管理员"))
    ((topic, payload, expiry_s),) = world.sent
    assert not check(topic, payload)
    assert (topic, expiry_s) == ("linli/v1/demo/s0/box-1/down/command", 5)
    sealed = json.loads(payload)
    assert (sealed["kid"], sealed["alg"]) == ("city-1", "Ed25519")
    signed = b"linli/v1/command\n" + sealed["body"].encode()
    assert isinstance(world.public, Ed25519PublicKey)
    world.public.verify(base64.b64decode(sealed["sig"]), signed)
    with pytest.raises(InvalidSignature):
        world.public.verify(base64.b64decode(sealed["sig"]), signed.replace(b"pulse", b"hold!"))
    assert json.loads(sealed["body"]) == {
        "id": name,
        "gateway": "box-1",
        "nonce": "nonce-1",
        "age_ms": 2500,  # never rounded up: the box would take the command as younger
        "ttl_ms": 5000,
        "target": "lock-1",
        "action": "pulse",
        "args": {"channel": 1},
        "by": "王管理员",
    }


async def test_the_latest_nonce_is_used_and_none_of_a_box_that_has_gone(world: _World) -> None:
    with pytest.raises(NotReachable):
        await world.commands.send(_wish())
    world.commands.heard("box-1", "old", 0)
    world.commands.heard("box-1", "new", 0)
    await world.commands.send(_wish())
    assert json.loads(json.loads(world.sent[0][1])["body"])["nonce"] == "new"
    world.commands.gone("box-1")
    with pytest.raises(NotReachable):
        await world.commands.send(_wish())


async def test_ids_are_never_used_again(world: _World) -> None:
    world.commands.heard("box-1", "n", 0)
    names = {await world.commands.send(_wish()) for _ in range(20)}
    assert len(names) == 20


@pytest.mark.parametrize(
    "fields",
    [
        {"gateway": "Box 1"},
        {"target": ""},
        {"action": ""},
        {"action": "x" * 65},
        {"ttl_ms": 0},
        {"ttl_ms": 60_001},
        {"ttl_ms": True},
        {"by": "x" * 65},
        {"by": "\ud800"},
        {"args": {"deep": {}}},
        {"args": {"n": float("nan")}},
        {"args": {"long": "x" * 20_000}},
    ],
    ids=str,
)
async def test_what_no_box_would_take_is_not_sent(world: _World, fields: dict[str, object]) -> None:
    world.commands.heard("box-1", "n", 0)
    with pytest.raises(BadCommand):
        await world.commands.send(_wish(**fields))
    assert not world.sent


async def test_without_a_key_or_a_broker_nothing_is_sent(world: _World) -> None:
    keyless = world.new(None)
    keyless.heard("box-1", "n", 0)
    with pytest.raises(NoKey):
        await keyless.send(_wish())
    world.commands.heard("box-1", "n", 0)
    world.away = True
    with pytest.raises(NoBroker):
        await world.commands.send(_wish())


async def test_a_result_wakes_who_waits_for_it(world: _World) -> None:
    world.commands.heard("box-1", "n", 0)
    name = await world.commands.send(_wish())
    waiting = asyncio.create_task(world.commands.result(name, 30))
    for seq, state in enumerate(("accepted", "done"), 1):
        parcels = told(line(seq, f"command_{state}", data={"id": name}))
        outcome = await world.desk.do(partial(world.store.commit, parcels))
        for result in outcome.results:
            world.commands.told(result)
    order = await waiting
    assert order is not None
    assert order.state == "done"
    assert await world.commands.result(name, 0.01) == order
    assert not world.commands._waiting


async def test_who_waits_too_long_learns_what_is_known(world: _World) -> None:
    world.commands.heard("box-1", "n", 0)
    name = await world.commands.send(_wish())
    order = await world.commands.result(name, 0.01)
    assert order is not None
    assert order.state == "sent"
    assert await world.commands.result("c-0", 0.01) is None
    assert not world.commands._waiting


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    private, public = signing.generate(tmp_path, "city-1")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        signing.generate(tmp_path, "city-1")
    private.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        signing.load("city-1", private)
    public.chmod(0o600)
    with pytest.raises(BadKey):
        signing.load("city-1", public)
    with pytest.raises(BadKey):
        signing.load("city-1", tmp_path / "nowhere")
