"""The room a drill happens in: a directory, a world, an agent, and what is counted at the end."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from agent.web.client import AskFailed, get
from cli.world import Agent, Line, World, exported, until


class Cannot(Exception):
    """This machine lacks what the drill needs; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a drill prints.  ``how`` says in words what was done and how it was counted."""

    ok: bool
    sent: int
    arrived: int
    how: str
    lost_urgent: int = 0
    lost_bulk_s: float = 0.0
    bound_s: float = 0.0
    duplicated: int = 0
    more: Mapping[str, object] = field(default_factory=dict)

    def as_line(self) -> dict[str, object]:
        return {
            "ok": self.ok,
            "sent": self.sent,
            "arrived": self.arrived,
            "lost_urgent": self.lost_urgent,
            "lost_bulk_s": round(self.lost_bulk_s, 2),
            "bound_s": self.bound_s,
            "duplicated": self.duplicated,
            **self.more,
            "how": self.how,
        }


def _nothing() -> None:
    """What a drill without a city does before its end."""


class Room:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.run, self.state = directory / "run", directory / "state"
        self.run.mkdir(exist_ok=True)
        self.state.mkdir(exist_ok=True)
        self.log = directory / "agent.log"
        self.uplink = ""  # tables of a town, added to every configuration
        self.settle: Callable[[], None] = _nothing  # before the state is taken away
        self.last: tuple[str, str] | None = None  # configuration and module of the last agent

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return path

    def world(self, scenario: str) -> World:
        return World(self.write("scenario.toml", scenario), self.run)

    def agent(self, config: str, *, module: str = "cli", preload: Path | None = None) -> Agent:
        """Started and ready: each bus was tried once and the journal writes."""
        environ = {"LINLI_RUN": str(self.run), "LINLI_STATE": str(self.state), **self._shim()}
        self.last = config, module
        path = self.write("box.toml", config + self.uplink)
        agent = Agent(path, environ, log=self.log, module=module, preload=preload)
        agent.wait_ready(self.ready)
        return agent

    def _shim(self) -> dict[str, str]:
        return {key: value for key, value in os.environ.items() if key.startswith("LINLI_SHIM_")}

    @property
    def socket(self) -> Path:
        return self.state / "agent.sock"

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body; (0, b"") while nobody listens."""
        try:
            return get(self.socket, path)
        except AskFailed:
            return 0, b""

    def ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def status(self) -> Line:
        answered, body = self.ask("/status")
        return dict(json.loads(body)) if answered == 200 else {}

    def here(self, *devices: str) -> bool:
        """All of ``devices`` are there, as the agent sees it."""
        seen = {device["id"]: device["here"] for device in self.status().get("devices", ())}
        return all(seen.get(device) is True for device in devices)

    def wait_here(self, *devices: str, seconds: float = 30.0) -> bool:
        return until(lambda: self.here(*devices), seconds, 0.1)

    def records(self, *options: str) -> list[Line]:
        return list(exported(self.state, *options))

    def forget_state(self) -> None:
        shutil.rmtree(self.state)
        self.state.mkdir()


def events(records: Iterable[Line], *kinds: str) -> list[Line]:
    return [line for line in records if line["type"] == "event" and line["kind"] in kinds]


def readings(records: Iterable[Line], device: str) -> list[Line]:
    return [line for line in records if line["type"] == "reading" and line["device"] == device]


def doubled(records: Iterable[Line]) -> int:
    """Extra records with the same identity."""
    seen = Counter((line["stream"], line["epoch"], line["seq"]) for line in records)
    return sum(seen.values()) - len(seen)


def longest_silence_s(records: Iterable[Line]) -> float:
    """The longest span between two records that follow each other in monotonic time."""
    times = sorted(line["mono_ns"] for line in records)
    return max((b - a for a, b in pairwise(times)), default=0) / 1e9
