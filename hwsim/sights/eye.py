"""A camera of the simulated world, a process of its own: ``python -m hwsim.sights.eye``.

The first line on stdin says what it sees and where it serves (``Spec``); each later one is an
order: ``{"do":"show","code":…}``, ``{"do":"harm","harm":…}``, ``{"do":"heal","harm":…|null}``.
Each line on stdout is something that happened, the first one ``{"ready":true,"port":…}``.
"""

import json
import os
import random
import selectors
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2

from hwsim.sights.air import Weather
from hwsim.sights.arrays import Picture
from hwsim.sights.drive import Passage, Traffic
from hwsim.sights.film import told
from hwsim.sights.harms import harmed
from hwsim.sights.mjpeg import Newest, Server
from hwsim.sights.road import Road
from hwsim.sights.show import Shows

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
    options: Mapping[str, Any]


class Scene(Protocol):
    def frame(self, at: float) -> Picture: ...

    def happened(self, at: float) -> list[dict[str, object]]:
        """What has happened since the last time this was asked."""
        ...

    def show(self, code: str, at: float) -> bool:
        """False: nobody can hold a phone here, or somebody does already."""
        ...


class RoadScene:
    def __init__(self, spec: Spec) -> None:
        told = dict(spec.options)
        traffic = Traffic(
            stories=tuple(told["stories"]), every_s=told["every_s"], direction=told["direction"]
        )
        weather = Weather(night=told["night"], rain=told["rain"], flicker=told["flicker"])
        self._until = float(told["until_s"])
        self._road = Road(_number(spec.seed), traffic, weather, (spec.width, spec.height))
        self._told: set[int] = set()

    def frame(self, at: float) -> Picture:
        return self._road.frame(min(at, self._end(at)))

    def _end(self, at: float) -> float:
        """Nobody begins after ``until``: the film stands still between two vehicles."""
        if not self._until or at < self._until:
            return at
        last = max((one.at + one.seconds for one in self._road.passages(self._until)), default=0.0)
        return max(self._until, last) + 0.5 if at > last + 0.5 else at

    def happened(self, at: float) -> list[dict[str, object]]:
        done = [
            one
            for one in self._road.passages(min(at, self._until or at))
            if one.number not in self._told and at > one.at + one.seconds
        ]
        self._told |= {one.number for one in done}
        return [_passage(one) for one in done]

    def show(self, code: str, at: float) -> bool:
        del code, at
        return False


def _passage(one: Passage) -> dict[str, object]:
    return {"what": "walked" if one.direction is None else "passage", **told(one)}


def _number(seed: str) -> int:
    return random.Random(seed).getrandbits(31)


class Eye:
    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._scene: Scene = RoadScene(spec) if spec.sees == "road" else Shows(spec)
        self._newest = Newest()
        self._server = Server(self._newest, Path(spec.path), tcp=spec.tcp)
        self._harms: set[str] = set()
        self._began = time.monotonic()
        self._input = b""

    def run(self) -> None:
        """Until stdin ends."""
        self._server.open()
        _say({"ready": True, "port": self._server.port})
        selector = selectors.DefaultSelector()
        selector.register(0, selectors.EVENT_READ)
        due = time.monotonic()
        while True:
            wait = max(0.0, due - time.monotonic())
            if selector.select(wait) and not self._orders():
                self._server.close()
                return
            if time.monotonic() >= due:
                self._step()
                pause = SLOW_S if "slow" in self._harms else 1 / self._spec.fps
                due = max(due + pause, time.monotonic())

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
                if not self._scene.show(order["code"], at):
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
            self._server.mute = on
        if harm == "gone":
            (self._server.close if on else self._server.open)()


def _say(thing: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(thing, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the world says when it ends
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    Eye(Spec(**json.loads(line))).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
