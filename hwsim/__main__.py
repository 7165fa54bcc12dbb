"""``python -m hwsim SCENARIO.toml --dir D``: plays the scenario until it is told to stop."""

import argparse
import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hwsim.agenda import SECOND, Agenda
from hwsim.orders import order
from hwsim.radio.dbus.daemon import NoDaemon
from hwsim.scenario import load
from hwsim.sights.bus import NoCamera
from hwsim.tables import Unfit
from hwsim.truth import Truth, as_line
from hwsim.world import World

MOST_CONTROL = 65536  # bytes of one control line
LONGEST_WAIT_S = 0.5
FLOOD_WAIT_S = 0.002


def stamp() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Player:
    """The agenda against the real clock, and everything that can become readable."""

    def __init__(self, world: World, agenda: Agenda, truth: Truth) -> None:
        self._world, self._agenda, self._truth = world, agenda, truth
        self._began = stamp()
        self._selector = selectors.DefaultSelector()
        self._watched: dict[int, tuple[str, object]] = {}
        self._control: bytes | None = b""
        self._hear_controls()

    def play(self) -> None:
        while not self._world.stopped:
            self._catch_up()
            eager = self._world.pour()
            self._watch()
            for key, _ in self._selector.select(self._wait(eager=eager)):
                self._catch_up()
                if key.data is None:
                    self._read_control()
                else:
                    self._world.read(key.data)

    def _catch_up(self) -> None:
        self._agenda.run(stamp() - self._began)

    def _wait(self, *, eager: bool) -> float:
        if self._world.pressed:
            return 0.0 if eager else FLOOD_WAIT_S
        due = self._agenda.due
        if due is None:
            return LONGEST_WAIT_S
        return min(LONGEST_WAIT_S, max(0.0, (due - (stamp() - self._began)) / SECOND))

    def _watch(self) -> None:
        """Ports come and go with plugs and clients."""
        wanted = self._world.watched
        if wanted == self._watched:
            return
        for fd in self._watched:
            self._selector.unregister(fd)
        for fd, (bus, _) in wanted.items():
            self._selector.register(fd, selectors.EVENT_READ, bus)
        self._watched = wanted

    def _hear_controls(self) -> None:
        try:
            self._selector.register(0, selectors.EVENT_READ, None)
        except (OSError, ValueError):  # a file or /dev/null: nobody controls us
            self._control = None

    def _read_control(self) -> None:
        data = os.read(0, MOST_CONTROL)
        if not data or self._control is None:
            self._selector.unregister(0)  # the end of stdin is not the end of the world
            return
        *lines, self._control = (self._control + data).split(b"\n")
        self._control = self._control[-MOST_CONTROL:]
        for line in filter(None, (line.strip() for line in lines)):
            self._obey(line)

    def _obey(self, line: bytes) -> None:
        try:
            control = json.loads(line)
            told = order(control if isinstance(control, dict) else {})
        except ValueError as wrong:
            self._truth.error(f"not JSON: {wrong}", line.decode("utf-8", "replace"))
        except Unfit as unfit:
            self._truth.error(str(unfit), control)
        else:
            self._world.attempt(lambda: self._world.do(told), control)


def main() -> int:
    parser = argparse.ArgumentParser(prog="hwsim", description="simulated devices 模拟设备")
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--dir", type=Path, required=True, help="where the buses appear")
    args = parser.parse_args()
    try:
        scenario = load(args.scenario)
    except Unfit as unfit:
        for fault in unfit.faults:
            sys.stderr.write(f"{args.scenario}: {fault}\n")
        return 2
    args.dir.mkdir(parents=True, exist_ok=True)
    agenda, truth = Agenda(), Truth(_writer(), stamp)
    world = World(scenario, args.dir, agenda, truth)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: setattr(world, "stopped", True))
    try:
        buses = world.begin()
    except (NoCamera, NoDaemon) as why:
        sys.stderr.write(f"{why}\n")
        return 3
    sys.stdout.write(as_line({"ready": True, "buses": buses}))
    sys.stdout.flush()
    try:
        Player(world, agenda, truth).play()
    except BrokenPipeError:
        sys.stderr.write("nobody reads the truth any more\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    world.end()
    return 0


def _writer() -> Callable[[str], None]:
    def write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    return write


if __name__ == "__main__":
    sys.exit(main())
