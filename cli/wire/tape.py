"""Listening to a wire that a running agent uses, through its health socket."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from agent.web import client
from cli.wire.recording import Piece

EVERY_S = 0.5


class NoWire(Exception):
    """The agent has no such wire in its own process; the text says so."""


def listen(socket: Path, bus: str, seconds: float | None) -> Iterator[Piece]:
    """client.AskFailed if there is no agent, NoWire if there is no such wire."""
    began, last = time.monotonic(), 0
    while seconds is None or time.monotonic() - began < seconds:
        status, body = client.get(socket, f"/wire/{bus}")
        if status != 200:
            raise NoWire(f"no wire {bus} in the agent's own process 没有这条总线（或在独立进程中）")
        for line in body.splitlines():
            told = json.loads(line)
            if told["n"] > last:
                last = told["n"]
                yield Piece(told["mono_ns"], told["from"], bytes.fromhex(told["hex"]))
        time.sleep(EVERY_S)
