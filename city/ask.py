"""Asking a running city over its unix socket: for short-lived commands, blocking."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from city import unix

MARGIN_S = 5.0
"""For the answer itself, beyond what the question waits for."""


class NoCity(Exception):
    """No city answers here: it does not run, or this user may not ask."""


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("city", timeout=seconds)
        self._path, self._seconds = path, seconds

    def connect(self) -> None:
        self.sock: socket.socket = unix.connected(self._path, self._seconds)


def ask(
    directory: Path, target: str, body: object = None, wait_s: float = 0.0
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of ``GET target``, or of a POST if there is a body.  NoCity."""
    path = directory / unix.NAME
    connection = _Connection(path, wait_s + MARGIN_S)
    try:
        if body is None:
            connection.request("GET", target)
        else:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", target, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise NoCity(f"{path}: {fault} 接收端没有应答") from fault
    finally:
        connection.close()
    return answer.status, said if isinstance(said, dict) else {"answer": said}
