"""The host's ends of wires: pseudo-terminals and sockets of the loopback.

A pty ignores speed, so pacing is the bus's.  The slave is raw before anybody opens it, or the line
discipline would send our own bytes back; we keep it open ourselves, or the first client to close
would end the master.  Closing the master is what pulling a plug looks like to the agent.
"""

import os
import pty
import socket
import termios
import tty
from pathlib import Path
from typing import Protocol

MOST = 65536
OUTPUT_SPEED = 5  # of the list that termios.tcgetattr gives
SPEEDS = {
    getattr(termios, f"B{baud}"): baud
    for baud in (300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400)
}


class HostPort(Protocol):
    @property
    def path(self) -> str:
        """What the agent's configuration calls ``port``."""
        ...

    @property
    def fds(self) -> tuple[int, ...]:
        """What to wait for: readable means ``read`` has something to do."""
        ...

    @property
    def baud(self) -> int | None:
        """What the host has set its end to; None where that cannot be seen."""
        ...

    def write(self, data: bytes) -> int: ...

    def read(self) -> bytes:
        """What the host wrote; b"" when that is nothing just now."""
        ...

    def close(self) -> None: ...


class PtyPort:
    """Published as ``link``, in one step, so that the name never points to nothing half-made."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        _unset(self._slave)
        os.set_blocking(self._master, False)
        fresh = link.with_name(f".{link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(link)

    @property
    def path(self) -> str:
        return str(self._link)

    @property
    def fds(self) -> tuple[int, ...]:
        return (self._master,)

    @property
    def baud(self) -> int | None:
        return SPEEDS.get(termios.tcgetattr(self._slave)[OUTPUT_SPEED])

    def write(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except OSError:  # EAGAIN: the host does not read, and a UART keeps nothing either
            return 0

    def read(self) -> bytes:
        try:
            return os.read(self._master, MOST)
        except OSError:
            return b""

    def close(self) -> None:
        self._link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)


def _unset(slave: int) -> None:
    """To a speed that nobody uses, so that a host which sets none is seen to."""
    settings = termios.tcgetattr(slave)
    settings[OUTPUT_SPEED - 1] = settings[OUTPUT_SPEED] = termios.B50
    termios.tcsetattr(slave, termios.TCSANOW, settings)


class SocketPort:
    """A serial server with one client at a time; a second one takes the first one's place."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.setblocking(False)
        self._client: socket.socket | None = None

    @property
    def path(self) -> str:
        return f"socket://127.0.0.1:{self._server.getsockname()[1]}"

    @property
    def fds(self) -> tuple[int, ...]:
        client = () if self._client is None else (self._client.fileno(),)
        return (self._server.fileno(), *client)

    @property
    def baud(self) -> int | None:
        return None  # set in the server's own page

    def write(self, data: bytes) -> int:
        try:
            return 0 if self._client is None else self._client.send(data)
        except OSError:
            return 0

    def read(self) -> bytes:
        self._accept()
        if self._client is None:
            return b""
        try:
            data = self._client.recv(MOST)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def close(self) -> None:
        self._hang_up()
        self._server.close()

    def _accept(self) -> None:
        try:
            client, _ = self._server.accept()
        except OSError:
            return
        self._hang_up()
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
