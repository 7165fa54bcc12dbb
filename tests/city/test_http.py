"""Pull and administration over real sockets."""

import asyncio
import base64
import http.client
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from city import cursor, serve, unix
from city.ask import NoCity, ask
from city.commands import Commands
from city.cursor import BadCursor
from city.desk import Desk
from city.http import MOST_BODY, Readers, admin, pull
from city.look import Look
from city.settings import Http
from city.store.sqlite import SqliteStore
from city.topics import Topics
from tests.city.boxes import line, parcel, told

TOKEN = "open-sesame"  # noqa: S105  # of this test alone


class _World:
    def __init__(self, directory: Path) -> None:
        self.directory, self.port = directory, 0
        self.desk, self.store = Desk(), SqliteStore(directory)
        self.commands = Commands(self.desk, self.store, None, Topics("demo", "s0"), _nobody)

    async def get(self, target: str, token: str | None = TOKEN) -> tuple[int, dict[str, Any]]:
        return await asyncio.to_thread(self._get, target, token)

    async def asked(self, target: str, body: object = None) -> tuple[int, dict[str, Any]]:
        return await asyncio.to_thread(ask, self.directory, target, body)

    def _get(self, target: str, token: str | None) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text.startswith(b"{") else {}


async def _nobody(topic: str, payload: bytes, expiry_s: int | None) -> None:
    raise AssertionError((topic, payload, expiry_s))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[_World]:
    directory = tmp_path / ("deep" * 20) / ("deeper" * 10)  # longer than a socket's address
    world = _World(directory)
    readers = Readers(directory)
    with (
        unix.listening(directory / unix.NAME) as sock,
        serve.tcp(Http(host="127.0.0.1", port=0, token=TOKEN)) as open_,
    ):
        world.port = open_.getsockname()[1]
        tasks = [
            asyncio.create_task(serve.serve(serve.server(admin(readers, world.commands)), sock)),
            asyncio.create_task(
                serve.serve(serve.server(pull(readers, world.commands, TOKEN)), open_)
            ),
        ]
        yield world
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    world.store.close()
    world.desk.close()


@pytest.mark.parametrize("token", [None, "", "open-sesam", "open-sesame!", "密"])
async def test_without_the_token_there_is_nothing(world: _World, token: str | None) -> None:
    told_token = None if token is None else token.encode().decode("latin-1")
    code, said = await world.get("/v1/records", told_token)
    assert (code, said) == (401, {"error": "Authorization: Bearer TOKEN"})


async def test_over_tcp_there_are_records_and_nothing_else(world: _World) -> None:
    assert (await world.get("/healthz", None)) == (200, {"ok": True})
    assert (await world.get("/v1/status"))[0] == 404
    assert (await world.get("/v1/commands"))[0] == 404


async def test_the_socket_is_for_its_owner(world: _World) -> None:
    assert stat.S_IMODE((world.directory / unix.NAME).stat().st_mode) == 0o600


async def test_pages_follow_the_order_of_arrival_and_see_what_comes_late(world: _World) -> None:
    world.store.commit([parcel(101, 30), *told(line(1))])
    seen: list[tuple[str, int]] = []
    after = ""

    async def read_on() -> None:
        nonlocal after
        more = True
        while more:
            code, page = await world.get(f"/v1/records?limit=7&after={after}")
            assert code == 200
            assert len(page["records"]) <= 7
            seen.extend((record["stream"], record["seq"]) for record in page["records"])
            after, more = page["next"], page["more"]

    await read_on()
    assert len(seen) == 31
    world.store.commit([parcel(1, 20)])  # the backlog, older than what was read
    await read_on()
    assert seen[31:] == [("bulk", seq) for seq in range(1, 21)]
    assert len(set(seen)) == 51
    code, page = await world.get(f"/v1/records?after={after}")
    assert (code, page) == (200, {"records": [], "next": after, "more": False})


async def test_a_stream_can_be_read_alone(world: _World) -> None:
    world.store.commit([parcel(1, 3), *told(line(1)), parcel(4, 3)])
    _, page = await world.get("/v1/records?stream=urgent")
    assert [record["type"] for record in page["records"]] == ["event"]
    _, page = await world.asked("/v1/records?stream=bulk&limit=5")
    assert [record["seq"] for record in page["records"]] == [1, 2, 3, 4, 5]
    assert page["more"] is True


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("after=nonsense!", "after"),
        ("after=AAAA", "after"),
        ("after=MToxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMw", "after"),
        ("limit=0", "limit"),
        ("limit=10001", "limit"),
        ("limit=-1", "limit"),
        ("limit=%D9%A3", "limit"),
        ("stream=live", "stream"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_words(
    world: _World, query: str, word: str
) -> None:
    code, said = await world.get(f"/v1/records?{query}")
    assert code == 400
    assert said["error"].startswith(word)


def test_cursors_are_read_as_they_were_written() -> None:
    for after in (0, 1, 10**12, 2**63 - 1):
        assert cursor.read(cursor.written(after)) == after
    for bad in ("", "MQ", "Mjox", "é", "MTo=", base64.urlsafe_b64encode(b"1:9" * 10).decode()):
        with pytest.raises(BadCursor):
            cursor.read(bad)


async def test_the_status_counts(world: _World) -> None:
    world.store.commit([parcel(1, 3), parcel(11, 2)])
    code, said = await world.asked("/v1/status")
    assert code == 200
    (epoch,) = said["gateways"]["box-1"]["streams"]["bulk"]
    assert (epoch["rows"], epoch["holes"], epoch["missing"]) == (5, 1, [[4, 10]])
    with Look(world.directory) as look:
        assert look.holes() == [("box-1", "bulk", 1, 4, 10)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([1], 400),
        ({"gateway": "box-1"}, 400),
        ({"gateway": "box-1", "target": "lock-1", "action": "pulse"}, 409),
        ({"gateway": "box-1", "target": "lock-1", "action": "pulse", "wait_s": -1}, 400),
        ({"gateway": "box-1", "target": "lock-1", "action": "pulse", "colour": 1}, 400),
        ({"gateway": "box-1", "target": "lock-1", "action": "pulse", "args": []}, 400),
        ({"gateway": "box-1", "target": "lock-1", "action": "x" * MOST_BODY}, 413),
    ],
)
async def test_commands_that_cannot_be_sent(world: _World, body: object, code: int) -> None:
    answer, said = await world.asked("/v1/commands", body)
    assert answer == code
    assert said["error"]


async def test_a_second_city_keeps_away(world: _World) -> None:
    with pytest.raises(unix.SocketTaken), unix.listening(world.directory / unix.NAME):
        pass
    assert (await world.asked("/healthz"))[0] == 200


def test_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(NoCity):
        ask(tmp_path, "/v1/status")


def test_a_dead_socket_is_replaced_and_a_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / unix.NAME
    unix._bound(path).close()
    with unix.listening(path):
        pass
    assert not path.exists()
    path.write_text("a letter")
    with pytest.raises(unix.SocketTaken), unix.listening(path):
        pass
    assert path.read_text() == "a letter"
