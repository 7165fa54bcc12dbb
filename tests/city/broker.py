"""A mosquitto of its own for a test; skips with words where there is none."""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

_PLACES = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
ATTEMPTS = 3  # another program may take the port between the search and the start


def _program() -> str:
    found = shutil.which("mosquitto") or next((p for p in _PLACES if Path(p).exists()), None)
    if found is None:
        pytest.skip("there is no mosquitto here")
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def mosquitto(directory: Path) -> AsyncIterator[int]:
    """Its port on the loopback interface, once it answers."""
    program = _program()
    for _ in range(ATTEMPTS):
        port = _free_port()
        config = directory / "mosquitto.conf"
        config.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
        )
        process = await asyncio.create_subprocess_exec(
            program, "-c", str(config), stderr=asyncio.subprocess.DEVNULL
        )
        try:
            if await _answers(port, process):
                yield port
                return
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
    pytest.fail("mosquitto does not start")


async def _answers(port: int, process: asyncio.subprocess.Process) -> bool:
    async with asyncio.timeout(20):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return True
    return False
