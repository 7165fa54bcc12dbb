"""The town of the demo: devices, broker, a line to be pulled, city and agent, as processes."""

import os
import signal
import threading
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Self

from cli.demo.cameras import camera_scenes, camera_tables
from cli.demo.people import Act, acts, without_acts
from cli.drill.room import Room
from cli.scratch import scratch
from cli.town import Plan, Town
from cli.world import Agent, Eyes, NotReady, World, until

HOME = Path(os.environ.get("LINLI_HOME", Path(__file__).resolve().parents[2]))
DEMO = HOME / "config" / "demo"
READY_S = 45.0
LOCK_KEY = "flat-1.key"
LOCK = f"""
[[device]]
id = "flat-1"
driver = "open-lock"
bus = "radio"
address = "C0:FF:EE:00:00:01"
options = {{ key_file = "${{LINLI_STATE}}/{LOCK_KEY}", lock_id = "c0ffee0000000001" }}
"""
"""A Bluetooth lock; its key is made when it is taken into service, and is no part of a
configuration that lies in a repository."""

WATCHED_S = 30.0
"""Shorter runs have no cameras: starting the eyes and one vehicle's way take that long."""

HASTE = "first_s = 1.0\nmost_s = 5.0\n"
"""Of ``[sync]``: outages last seconds here and not hours, so the pauses between attempts are
shorter than a box has them (3 s, later up to 300 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """``devices``: the driver of each, by id.  ``acts``: what the people of the scenario do.
    ``since_ns``: when the cameras were there, CLOCK_BOOTTIME; ``eyes`` None: a run too short for
    a vehicle to pass has none."""

    room: Room
    town: Town
    world: World
    agent: Agent
    eyes: Eyes | None
    devices: dict[str, str]
    acts: Sequence[Act]
    since_ns: int = 0
    _one: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, **order: object) -> None:
        """The world, from any thread."""
        with self._one:
            self.world.tell(**order)

    def here(self) -> bool:
        """All devices and cameras are there, and so is the platform."""
        status = self.room.status()
        seen = [device["here"] is True for device in status.get("devices", ())]
        return bool(seen) and all(seen) and bool(status["sync"]["up"])


@contextmanager
def community(seconds: float | None, *, embedded: bool) -> Iterator[Community]:
    """For a run of so many seconds.  Up and speaking with each other; ended, and its folder
    removed, when left.  NotReady."""
    watched = seconds is None or seconds >= WATCHED_S
    config = (DEMO / "box.toml").read_text(encoding="utf-8") + LOCK
    scenario = (DEMO / "scenario.toml").read_text(encoding="utf-8")
    if watched:
        config, scenario = config + camera_tables(), scenario + camera_scenes(seconds)
    box = tomllib.loads(config)
    with ExitStack() as parts:
        room = Room(Path(parts.enter_context(scratch("demo"))))
        plan = Plan(embedded=embedded)
        made = Town(room.directory / "town", box["site"]["gateway"], plan)
        town = parts.enter_context(made)
        path = room.write("box.toml", config + town.tables(more=HASTE))
        eyes = Eyes(path, _places(room), log=room.directory / "eyes.log") if watched else None
        if eyes is not None:
            parts.enter_context(eyes)
        world = parts.enter_context(room.world(without_acts(scenario)))
        _keep(room.state / LOCK_KEY)
        agent = parts.enter_context(Agent(path, _places(room), log=room.log))
        agent.wait_ready(room.ready)
        if eyes is not None and not until(lambda: _sees(room.status()), READY_S, 0.1):
            raise NotReady("the eyes did not see")
        since_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        found = Community(
            room=room,
            town=town,
            world=world,
            agent=agent,
            eyes=eyes,
            devices={device["id"]: device["driver"] for device in box["device"]},
            acts=acts(scenario),
            since_ns=since_ns,
        )
        if not until(found.here, READY_S, 0.1):
            raise NotReady(f"not everybody came: {_absent(room.status())}")
        yield found


def _keep(key: Path) -> None:
    """The key that the simulated lock has been given."""
    key.write_text(bytes(range(32)).hex(), encoding="ascii")
    key.chmod(0o600)


def _places(room: Room) -> dict[str, str]:
    return {"LINLI_RUN": str(room.run), "LINLI_STATE": str(room.state)}


def _sees(status: dict[str, Any]) -> bool:
    cameras = status.get("eyes", {}).get("cameras", ())
    return bool(cameras) and all(camera["up"] for camera in cameras)


def _absent(status: dict[str, Any]) -> str:
    away = [device["id"] for device in status.get("devices", ()) if not device["here"]]
    up = status.get("sync", {}).get("up")
    return ", ".join(away + ([] if up else ["the platform"]))


class Ends:
    """Ctrl-C and SIGTERM, as KeyboardInterrupt, but only inside ``heard``: while processes are
    being started or ended it would leave one of them behind."""

    def __init__(self) -> None:
        self.asked = False
        self._open = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    @contextmanager
    def heard(self) -> Iterator[None]:
        if self.asked:
            raise KeyboardInterrupt
        self._open = True
        try:
            yield
        finally:
            self._open = False

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        if self._open:
            self._open = False
            raise KeyboardInterrupt
