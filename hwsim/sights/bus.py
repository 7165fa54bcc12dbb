"""A camera as a bus of the world: a process that draws and serves, and its orders and its truth."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import get_args

from hwsim.agenda import Agenda
from hwsim.devices.base import CannotDo
from hwsim.orders import CameraKind, Harm, Heal, Plug, Unplug
from hwsim.sights.stand import SightStand
from hwsim.truth import Truth

READY_S = 30.0
LAST_S = 2.0  # for a process whose stdin has ended


class NoCamera(Exception):
    """The process of a camera did not come up; its words are on stderr."""


class _Drawing:
    """The process, and lines to and from it."""

    def __init__(self, spec: Mapping[str, object]) -> None:
        """NoCamera."""
        argv = [sys.executable, "-m", "hwsim.sights.eye"]
        self._process = subprocess.Popen(  # no buffer: after the first line it is read by os.read
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise NoCamera("no pipes")
        self._in, self._out = self._process.stdin, self._process.stdout
        self._heard = b""
        self.order(spec)
        self.tcp = self.rtsp = 0

    def wait(self) -> None:
        """Until it serves.  NoCamera."""
        there, _, _ = select.select([self._out], [], [], READY_S)
        line = self._out.readline() if there else b""
        ready = json.loads(line) if line else {}
        if not ready.get("ready"):
            raise NoCamera("the camera's process did not come up")
        self.tcp, self.rtsp = int(ready["tcp"]), int(ready["rtsp"])
        os.set_blocking(self.fileno, False)

    @property
    def fileno(self) -> int:
        return self._out.fileno()

    def order(self, order: Mapping[str, object]) -> None:
        with suppress(BrokenPipeError):  # its end is told by its silence
            self._in.write(json.dumps(order).encode() + b"\n")

    def lines(self) -> list[dict[str, object]] | None:
        """None: it has ended."""
        try:
            data = os.read(self.fileno, 65536)
        except BlockingIOError:
            return []
        if not data:
            return None
        *lines, self._heard = (self._heard + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        with suppress(BrokenPipeError):
            self._in.close()
        try:
            self._process.wait(LAST_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()


class CameraBus:
    """One bus, one camera.  Served at ``D/<bus-id>``: source ``mjpeg+unix:D/<bus-id>``.

    ``path``: that, or where it is served on the loopback: by RTSP, else by HTTP.
    """

    def __init__(self, name: str, spec: Mapping[str, object], agenda: Agenda, truth: Truth) -> None:
        self._name, self._spec, self._agenda, self._truth = name, spec, agenda, truth
        self._stand: SightStand | None = None
        self._drawing: _Drawing | None = None
        self.path = ""

    def settle(self, stand: SightStand) -> None:
        """CannotDo if there is a camera already: a socket shows one picture."""
        if self._stand is not None:
            raise CannotDo(f"{self._name}: one camera on a bus")
        self._stand = stand
        stand.say = self._order

    def open(self, path: Path) -> None:
        """Begin; ``wait`` for it afterwards, so that several come up at once.  NoCamera."""
        self.path = str(path)
        if self._stand is not None:
            self._drawing = _Drawing({**self._spec, **self._stand.spec, "path": self.path})

    def wait(self) -> None:
        """Until it is there.  NoCamera."""
        if self._drawing is None:
            return
        self._drawing.wait()
        if self._drawing.rtsp:
            self.path = f"rtsp://127.0.0.1:{self._drawing.rtsp}/"
        elif self._drawing.tcp:
            self.path = f"http://127.0.0.1:{self._drawing.tcp}/"

    def close(self) -> None:
        drawing, self._drawing = self._drawing, None
        if drawing is not None:
            drawing.close()

    @property
    def handles(self) -> dict[int, object]:
        return {} if self._drawing is None else {self._drawing.fileno: self._drawing}

    def read(self) -> None:
        """What the camera told of its world."""
        if self._drawing is None or self._stand is None:
            return
        lines = self._drawing.lines()
        if lines is None:
            self._truth.error(f"{self._name}: the camera's process ended")
            self.close()
            return
        for thing in lines:
            self._stand.happened(str(thing.pop("what")), **thing)

    def suffer(self, order: Unplug | Plug | Harm | Heal) -> None:
        """CannotDo."""
        match order:
            case Unplug(seconds=seconds) | Harm(harm="unplug", seconds=seconds):
                self._harm("gone", seconds)
            case Plug():
                self._heal("gone")
            case Harm(harm=harm, seconds=seconds):
                if harm not in get_args(CameraKind):
                    raise CannotDo(f"{self._name} is a camera: no {harm}")
                self._harm(harm, seconds)
            case Heal(harm=which):
                self._heal(which)

    def _harm(self, harm: str, seconds: float | None) -> None:
        self._order({"do": "harm", "harm": harm})
        self._truth.tell("harm", {"bus": self._name, "harm": harm, "on": True})
        if seconds is not None:
            self._agenda.after(seconds, lambda: self._heal(harm))

    def _heal(self, harm: str | None) -> None:
        self._order({"do": "heal", "harm": harm})
        self._truth.tell("harm", {"bus": self._name, "harm": harm or "all", "on": False})

    def _order(self, order: Mapping[str, object]) -> None:
        if self._drawing is not None:
            self._drawing.order(order)
