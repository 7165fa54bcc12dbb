"""Everything the agent asks of the kernel, done once: run under the unit's filters by the tests.

Each act is named; the first that fails ends the process with its name in the traceback.
"""

import asyncio
import ctypes
import json
import os
import pty
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import serial
import zmq

from agent.web.health import Answer, HealthServer
from agent.web.process import cost


def journal(folder: Path) -> None:
    """SQLite in WAL mode maps its index; FULL syncs each commit."""
    with sqlite3.connect(folder / "journal.db") as base:
        assert base.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        base.execute("PRAGMA synchronous=FULL")
        base.execute("PRAGMA mmap_size=1048576")
        base.execute("CREATE TABLE t (x)")
        base.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(1000)])
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(handle)
    os.close(handle)
    os.posix_fallocate(file := os.open(folder / "reserve", os.O_RDWR | os.O_CREAT), 0, 65536)
    os.close(file)


def wire(_: Path) -> None:
    master, slave = pty.openpty()
    with serial.Serial(os.ttyname(slave), 9600, timeout=5, exclusive=True) as port:
        os.write(master, b"ST,GS,+  1.500kg\r\n")
        assert port.read(4) == b"ST,G"
        port.write(b"\x01\x03")
        port.reset_input_buffer()
    assert os.read(master, 2) == b"\x01\x03"


def bridge(folder: Path) -> None:
    with (
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as ours,
        context.socket(zmq.DEALER) as theirs,
    ):
        ours.bind(f"ipc://{folder}/bus")
        theirs.connect(f"ipc://{folder}/bus")
        theirs.send(b"frame")
        assert ours.poll(10_000)
        assert ours.recv_multipart()[1] == b"frame"


def threads(_: Path) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join(10)
    assert done.is_set()


def callback(_: Path) -> None:
    """A C function calls back into Python: libffi's closures, where data could become code."""
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int)
    )
    numbers = (ctypes.c_int * 3)(3, 1, 2)
    order = kind(lambda a, b: a[0] - b[0])
    ctypes.CDLL(None).qsort(numbers, 3, ctypes.sizeof(ctypes.c_int), order)
    assert list(numbers) == [1, 2, 3]


def worker(_: Path) -> None:
    """An isolated bus is a child process that is killed when it hangs."""

    async def hang_and_kill() -> None:
        command = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert child.stdout is not None
        assert await child.stdout.readline() == b"up\n"
        child.kill()
        assert await child.wait() == -9

    asyncio.run(hang_and_kill())


def health(folder: Path) -> None:
    async def serve_and_ask() -> None:
        server = HealthServer(folder / "agent.sock", {"/": lambda: Answer(200, "text/plain", b"")})
        await server.start()
        reader, writer = await asyncio.open_unix_connection(folder / "agent.sock")
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in await reader.readline()
        writer.close()
        await server.stop()

    asyncio.run(serve_and_ask())
    assert cost().rss_bytes > 0


def moments(_: Path) -> None:
    assert time.clock_gettime_ns(time.CLOCK_BOOTTIME) > 0
    assert Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def network(_: Path) -> None:
    """A serial server on the LAN; names are looked up without a netlink socket if need be."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), 10) as client,
    ):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def libraries(_: Path) -> None:
    """What the box imports must not need memory that is both writable and executable."""
    for name in ("aiomqtt", "bleak", "dbus_fast", "h11", "prometheus_client", "pydantic", "rich"):
        __import__(name)


ACTS: tuple[Callable[[Path], None], ...] = (
    libraries, journal, wire, bridge, threads, callback, worker, health, moments, network
)  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for act in ACTS:
            act(Path(folder))
    print(json.dumps({"acts": [act.__name__ for act in ACTS]}))  # noqa: T201  # the test reads it


if __name__ == "__main__":
    main()
