"""The health socket serves what it is given, and nothing that is done to it harms the box."""

import asyncio
import contextlib
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.links.unixsocket import SocketTaken, connect, short
from agent.web import client, health
from agent.web.health import Answer, HealthServer

HELLO = Answer(200, "text/plain", b"hello\n")


@contextlib.asynccontextmanager
async def serving(path: Path, answer: Answer = HELLO) -> AsyncIterator[HealthServer]:
    server = HealthServer(path, {"/hello": lambda: answer})
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def get(path: Path, target: str = "/hello") -> tuple[int, bytes]:
    return await asyncio.to_thread(client.get, path, target)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def talk(path: Path, data: bytes) -> bytes:
    """Raw bytes there and everything back."""
    with short(path) as name:
        reader, writer = await asyncio.open_unix_connection(name)
    writer.write(data)
    answer = await reader.read()
    writer.close()
    return answer


async def test_it_answers_and_is_gone_after_stop(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with serving(path):
        assert await get(path) == (200, b"hello\n")
        assert await get(path, "/hello?since=3") == (200, b"hello\n")
        assert (await get(path, "/elsewhere"))[0] == 404
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert left_in(tmp_path) == []
    with pytest.raises(client.NobodyListens):
        await get(path)


async def test_a_path_longer_than_an_address_holds(tmp_path: Path) -> None:
    deep = tmp_path / ("深" * 40) / ("d" * 120)
    deep.mkdir(parents=True)
    path = deep / "agent.sock"
    assert len(os.fsencode(path)) > 107
    async with serving(path):
        assert await get(path) == (200, b"hello\n")


async def test_a_large_answer_arrives_whole(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    large = Answer(200, "text/plain", b"0123456789" * 100_000)
    async with serving(path, large):
        assert await get(path) == (200, large.body)


async def test_a_dead_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    async with serving(path):
        assert (await get(path))[0] == 200


async def test_a_living_one_and_a_file_are_not(tmp_path: Path) -> None:
    path, file = tmp_path / "agent.sock", tmp_path / "notes.txt"
    file.write_text("mine")
    with pytest.raises(SocketTaken):
        await HealthServer(file, {}).start()
    assert file.read_text() == "mine"
    async with serving(path):
        with pytest.raises(SocketTaken):
            await HealthServer(path, {}).start()
        assert (await get(path))[0] == 200


async def test_stop_leaves_the_successors_socket(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with serving(path) as first:
        path.unlink()
        async with serving(path):
            await first.stop()
            assert (await get(path))[0] == 200


async def test_no_folder_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="absent"):
        await HealthServer(tmp_path / "absent" / "agent.sock", {}).start()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /hello HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"\x00\xff rubbish\r\n\r\n", b"400"),
        (b"GET /hello HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000, b"431"),
    ],
)
async def test_wrong_requests_are_told_so(
    tmp_path: Path, request_bytes: bytes, status: bytes
) -> None:
    path = tmp_path / "agent.sock"
    async with serving(path):
        answer = await talk(path, request_bytes)
        assert answer.split(b" ")[1] == status
        assert (await get(path))[0] == 200


async def test_head_has_no_body(tmp_path: Path) -> None:
    async with serving(tmp_path / "s"):
        answer = await talk(tmp_path / "s", b"HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"Content-Length: 6" in answer
        assert answer.endswith(b"\r\n\r\n")


async def test_who_says_nothing_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.1)
    async with serving(tmp_path / "s"):
        assert await talk(tmp_path / "s", b"GET /hel") == b""


async def test_a_crowd_is_turned_away_and_the_rest_served(tmp_path: Path) -> None:
    path = tmp_path / "agent.sock"
    async with serving(path):
        with contextlib.ExitStack() as crowd:
            for _ in range(health.MOST_AT_ONCE):
                idle = crowd.enter_context(socket.socket(socket.AF_UNIX))
                await asyncio.to_thread(connect, idle, path)
            with pytest.raises(client.NoReply):
                await get(path)
        while True:  # the server needs a moment to see that they hung up
            with contextlib.suppress(client.NoReply):
                assert (await get(path))[0] == 200
                break


async def test_the_client_says_who_must_act(tmp_path: Path) -> None:
    def ask(path: Path) -> None:
        client.get(path, "/x", seconds=0.2)

    with pytest.raises(client.NobodyListens):
        ask(tmp_path / "absent" / "s")
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        with pytest.raises(client.NobodyListens):
            ask(tmp_path / "mute")
        mute.listen()
        with pytest.raises(client.NoReply):
            ask(tmp_path / "mute")


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"],
)
async def test_the_client_believes_only_whole_answers(tmp_path: Path, answer: bytes) -> None:
    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(other, tmp_path / "s")
    with pytest.raises(client.NoReply):
        await get(tmp_path / "s")
    server.close()
