"""A camera of the simulated world, a process of its own: ``python -m hwsim.sights.eye``.

The first line on stdin says what it sees and where it serves (``Spec``); each later one is an
order: ``{"do":"show","code":…,"part":1,"parts":1}``, ``{"do":"harm","harm":…}``,
``{"do":"heal","harm":…|null}``.
Each line on stdout is something that happened, the first one ``{"ready":true,"tcp":…,"rtsp":…}``
with the ports of the loopback, 0 where nothing is served.
"""

import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import cv2

from hwsim.sights import mjpeg
from hwsim.sights.arrays import Picture
from hwsim.sights.codes import Code
from hwsim.sights.doors import Door
from hwsim.sights.gate import RoadScene
from hwsim.sights.harms import harmed
from hwsim.sights.newest import Newest
from hwsim.sights.rtsp import talk as rtsp_talk
from hwsim.sights.show import Shows
from hwsim.sights.signs import NoFont

QUALITY = 82
SLOW_S = 1.0  # between two frames of a slow camera


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """``sees``: road or phones.  ``path``: of the unix socket."""

    sees: str
    path: str
    seed: str = "1"
    fps: float = 10.0
    width: int = 1280
    height: int = 720
    tcp: bool = False
    rtsp: bool = False
    options: Mapping[str, Any]


class Scene(Protocol):
    def frame(self, at: float) -> Picture: ...

    def happened(self, at: float) -> list[dict[str, object]]:
        """What has happened since the last time this was asked."""
        ...

    def show(self, code: Code, at: float) -> bool:
        """False: nobody can hold a phone here, or somebody does already."""
        ...


class Eye:
    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._scene: Scene = RoadScene(spec) if spec.sees == "road" else Shows(spec)
        self._newest = Newest()
        web, rtsp = partial(mjpeg.stream, self._newest), partial(rtsp_talk, self._newest)
        self._doors = {"path": Door(web, Path(spec.path))}
        self._doors |= {"tcp": Door(web)} if spec.tcp else {}
        self._doors |= {"rtsp": Door(rtsp)} if spec.rtsp else {}
        self._harms: set[str] = set()
        self._began = time.monotonic()
        self._input = b""

    def run(self) -> None:
        """Until stdin ends."""
        self._open()
        _say({"ready": True} | {name: self._port(name) for name in ("tcp", "rtsp")})
        selector = selectors.DefaultSelector()
        selector.register(0, selectors.EVENT_READ)
        due = time.monotonic()
        while True:
            wait = max(0.0, due - time.monotonic())
            if selector.select(wait) and not self._orders():
                self._close()
                return
            if time.monotonic() >= due:
                self._step()
                pause = SLOW_S if "slow" in self._harms else 1 / self._spec.fps
                due = max(due + pause, time.monotonic())

    def _open(self) -> None:
        for door in self._doors.values():
            door.open()

    def _close(self) -> None:
        for door in self._doors.values():
            door.close()

    def _port(self, name: str) -> int:
        return self._doors[name].port if name in self._doors else 0

    def _step(self) -> None:
        at = time.monotonic() - self._began
        for thing in self._scene.happened(at):
            _say(thing)
        if "freeze" not in self._harms:
            frame = harmed(self._scene.frame(at), self._harms)
            _, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
            self._jpeg = jpeg.tobytes()
        self._newest.put(self._jpeg)

    def _orders(self) -> bool:
        data = os.read(0, 65536)
        if not data:
            return False
        *lines, self._input = (self._input + data).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return True

    def _obey(self, order: Mapping[str, Any]) -> None:
        match order["do"]:
            case "show":
                at = time.monotonic() - self._began
                if not self._scene.show(_code(order), at):
                    _say({"what": "not_shown"})
            case "harm":
                self._harm(order["harm"], on=True)
            case "heal":
                for harm in tuple(self._harms):
                    if order.get("harm") in (None, harm):
                        self._harm(harm, on=False)

    def _harm(self, harm: str, *, on: bool) -> None:
        if on is (harm in self._harms):
            return
        (self._harms.add if on else self._harms.discard)(harm)
        if harm == "stuck":
            self._newest.mute = on
        if harm == "gone":
            (self._close if on else self._open)()


def _code(order: Mapping[str, Any]) -> Code:
    return Code(order["code"].encode(errors="surrogateescape"), order["part"], order["parts"])


def _say(thing: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(thing, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the world says when it ends
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    try:
        eye = Eye(Spec(**json.loads(line)))
    except NoFont as why:
        sys.stderr.write(f"{why}\n")
        return 3
    eye.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
