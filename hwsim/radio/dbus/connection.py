"""Our end of a D-Bus connection: not a thread, not a loop, only a socket that never blocks.

The owner waits for ``fileno`` to be readable, or writable while ``waiting``, and calls ``read``
and ``flush``.  A full socket makes messages wait here, in their order.
"""

import os
import socket
import time
from array import array
from collections import deque
from itertools import count
from pathlib import Path

from hwsim.radio.dbus.message import CALL, ERROR, RETURN, Message, decode, encode
from hwsim.radio.dbus.values import Malformed

DAEMON = "org.freedesktop.DBus"
PATIENCE_S = 5.0  # for the daemon's own answers, which take milliseconds
MOST_WAITING = 20_000  # messages; past this a daemon that does not read is gone
PORTION = 65536
PRIMARY_OWNER = 1


class BusLost(Exception):
    """The daemon hung up, or what it says is no D-Bus."""


class Connection:
    def __init__(self, path: Path) -> None:
        """Connected, authenticated and greeted; BusLost if that fails within seconds."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._serials = count(1)
        self._lost: BusLost | None = None
        self._buffer = b""
        self._waiting: deque[tuple[bytes, int | None]] = deque()
        try:
            self._socket.settimeout(PATIENCE_S)
            self._socket.connect(str(path))
            self._agree()
            self._socket.setblocking(False)
            self.ask(DAEMON, "Hello")
        except (OSError, BusLost) as wrong:
            self._socket.close()
            raise BusLost(f"{path}: {wrong}") from wrong

    @property
    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def own(self, name: str) -> None:
        """BusLost if somebody else has it."""
        answer = self.ask(DAEMON, "RequestName", "su", (name, 4))  # 4: do not queue
        if answer.body[:1] != (PRIMARY_OWNER,):
            raise BusLost(f"{name} has another owner")

    def match(self, rule: str) -> None:
        self.ask(DAEMON, "AddMatch", "s", (rule,))

    # ── talking ──────────────────────────────────────────────────────────────────────────────

    def send(self, message: Message, fd: int | None = None) -> int:
        """Its serial.  ``fd`` is passed on and closed here.  A lost bus is told by ``read``."""
        serial = next(self._serials)
        if len(self._waiting) >= MOST_WAITING:
            self._lost = BusLost("the daemon does not read")
            return serial
        values = {name: getattr(message, name) for name in message.__slots__}
        fresh = Message(**values | {"serial": serial, "fds": 0 if fd is None else 1})
        self._waiting.append((encode(fresh), fd))
        self.flush()
        return serial

    def flush(self) -> None:
        """What the socket takes now."""
        while self._waiting:
            data, fd = self._waiting[0]
            try:
                sent = self._write(data, fd)
            except BlockingIOError:
                return
            except OSError as wrong:
                self._lost = BusLost(str(wrong))
                return
            if fd is not None:
                os.close(fd)
            self._waiting.popleft()
            if sent < len(data):
                self._waiting.appendleft((data[sent:], None))

    def _write(self, data: bytes, fd: int | None) -> int:
        if fd is None:
            return self._socket.send(data)
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [fd]))
        return self._socket.sendmsg([data], [rights])

    def read(self) -> list[Message]:
        """What has come.  BusLost at the end of it."""
        if self._lost is not None:
            raise self._lost
        try:
            data = self._socket.recv(PORTION)
        except BlockingIOError:
            return []
        except OSError as wrong:
            raise BusLost(str(wrong)) from wrong
        if not data:
            raise BusLost("the daemon hung up")
        self._buffer += data
        return self._whole()

    def _whole(self) -> list[Message]:
        messages = []
        try:
            while (found := decode(self._buffer)) is not None:
                message, size = found
                self._buffer = self._buffer[size:]
                messages.append(message)
        except Malformed as wrong:
            raise BusLost(str(wrong)) from wrong
        return messages

    def close(self) -> None:
        for _, fd in self._waiting:
            if fd is not None:
                os.close(fd)
        self._waiting.clear()
        self._socket.close()

    # ── at the beginning ─────────────────────────────────────────────────────────────────────

    def _agree(self) -> None:
        """SASL as in the specification's "Authentication Protocol"."""
        user = str(os.getuid()).encode().hex().encode()
        self._say(b"\0AUTH EXTERNAL " + user, b"OK")
        self._say(b"NEGOTIATE_UNIX_FD", b"AGREE_UNIX_FD")
        self._socket.sendall(b"BEGIN\r\n")

    def _say(self, line: bytes, wanted: bytes) -> None:
        self._socket.sendall(line + b"\r\n")
        answer = b""
        while not answer.endswith(b"\r\n"):
            data = self._socket.recv(256)
            if not data or len(answer) > PORTION:
                raise BusLost("the daemon hung up")
            answer += data
        if not answer.startswith(wanted):
            raise BusLost(f"{wanted.decode()} was not answered")

    def ask(
        self, destination: str, member: str, signature: str = "", body: tuple[object, ...] = ()
    ) -> Message:
        """A call to the daemon itself, waited for; only before anything else is said here."""
        path = "/" + destination.replace(".", "/")
        call = Message(
            kind=CALL,
            destination=destination,
            path=path,
            interface=destination,
            member=member,
            signature=signature,
            body=body,
        )
        serial, until = self.send(call), time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for message in self._patiently():
                if message.kind in (RETURN, ERROR) and message.answers == serial:
                    if message.kind == ERROR:
                        raise BusLost(f"{member}: {message.error}")
                    return message
        raise BusLost(f"{member} was not answered")

    def _patiently(self) -> list[Message]:
        self._socket.settimeout(PATIENCE_S)
        try:
            return self.read()
        finally:
            self._socket.setblocking(False)
