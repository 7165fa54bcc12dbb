"""Cameras that give JPEG over HTTP: a stream of them, or one at each asking.

What a camera answers decides which of the two it is.  Redirects are not followed: whoever takes
over one address could send us, and a password, anywhere.
"""

import time
from typing import Final

import h11

from agent.vision.cameras.address import Local, Login, Web
from agent.vision.cameras.authorization import Answerer
from agent.vision.cameras.base import CameraGone, CameraRefused, Source, Wanted
from agent.vision.cameras.frame import Frame, now_ns
from agent.vision.cameras.multipart import MOST_PART, BrokenStream, Parts, boundary_of
from agent.vision.cameras.wire import Talk, connect

TICK_S: Final = 0.5  # how long a read waits before it says that there is nothing yet
STILL_S: Final = 10.0  # a stream that gives no whole frame for so long is dead
_MOST_AT_ONCE = 64  # reads of 64 KiB of what lies ready already: the newest frame is among them
_GONE: Final = frozenset({408, 425, 429, *range(500, 600)})
"""Answers that pass by themselves; what else is not 200 needs somebody."""


class Camera:
    """How one camera is asked.  Remembers what it wants to be told of us."""

    def __init__(self, address: Web | Local, login: Login | None, patience_s: float) -> None:
        self._address, self._patience_s = address, patience_s
        self._answerer = None if login is None else Answerer(login)
        self._target = address.target if isinstance(address, Web) else "/"
        self._host = address.authority if isinstance(address, Web) else "localhost"

    def __str__(self) -> str:
        return str(self._address)

    def ask(self) -> tuple[Talk, h11.Response]:
        """A 200 whose body is yet to be read.  CameraGone."""
        talk, answer = self._ask_once()
        if answer.status_code == 401 and self._can_answer(answer):
            talk.close()
            talk, answer = self._ask_once()
        if answer.status_code == 200:
            return talk, answer
        talk.close()
        raise self._no(answer.status_code)

    def _ask_once(self) -> tuple[Talk, h11.Response]:
        talk = Talk(connect(self._address, self._patience_s), str(self))
        try:
            return talk, talk.get(
                self._target, self._headers(), time.monotonic() + self._patience_s
            )
        except CameraGone:
            talk.close()
            raise

    def _headers(self) -> list[tuple[str, str]]:
        headers = [("Host", self._host), ("User-Agent", "linli"), ("Connection", "close")]
        said = self._answerer and self._answerer.header("GET", self._target)
        return [*headers, ("Authorization", said)] if said else headers

    def _can_answer(self, answer: h11.Response) -> bool:
        asks = [
            value.decode("latin-1") for name, value in answer.headers if name == b"www-authenticate"
        ]
        return self._answerer is not None and self._answerer.challenged(asks)

    def _no(self, status: int) -> CameraGone:
        if status in _GONE:
            return CameraGone(f"{self}: HTTP {status}")
        if status in {401, 403}:
            return CameraRefused(f"{self}: HTTP {status}, 用户名或密码不对 wrong user or password")
        return CameraRefused(f"{self}: HTTP {status}, 地址不对 not the address of pictures")


class MjpegStream:
    """``multipart/x-mixed-replace``.  Of frames that lie ready only the newest is given out."""

    def __init__(self, talk: Talk, parts: Parts, name: str) -> None:
        self._talk, self._parts, self._name = talk, parts, name
        self._number = 0
        self._dead = time.monotonic() + STILL_S
        self._fell: CameraGone | None = None  # after the frame that is given out

    def read(self) -> Frame | None:
        if self._fell is not None:
            raise self._fell
        until = time.monotonic() + TICK_S
        while time.monotonic() < until:
            found = self._more(until)
            if found:
                return self._newest(found)
        self._must_live()
        return None

    def close(self) -> None:
        self._talk.close()

    def _newest(self, found: list[bytes]) -> Frame:
        """Of what has come, and of what lies ready besides."""
        try:
            for _ in range(_MOST_AT_ONCE):
                more = self._more(0.0)
                if more is None:
                    break
                found += more
        except CameraGone as fell:
            self._fell = fell
        self._number += len(found)
        self._dead = time.monotonic() + STILL_S
        return Frame(found[-1], now_ns(), self._number)

    def _more(self, until: float) -> list[bytes] | None:
        """Parts, maybe none yet; None if nothing came by ``until``."""
        data = self._talk.read(until)
        if data is None:
            return None
        if not data:
            raise CameraGone(f"{self._name}: 视频流结束 it ended the stream")
        try:
            return self._parts.feed(data)
        except BrokenStream as why:
            raise CameraGone(f"{self._name}: 视频流损坏 its stream is broken: {why}") from why

    def _must_live(self) -> None:
        """Bytes that drip and never make a frame are no life."""
        if time.monotonic() > self._dead:
            raise CameraGone(f"{self._name}: 无画面 no frame for {STILL_S:.0f} s")


class Snapshots:
    """An address that answers with one JPEG: asked again and again."""

    def __init__(self, camera: Camera, first: tuple[Talk, h11.Response], wanted: Wanted) -> None:
        self._camera, self._answer, self._wanted = camera, first, wanted
        self._fresh = True
        self._number = 0
        self._due = time.monotonic()

    def read(self) -> Frame | None:
        wait = self._due - time.monotonic()
        if wait > 0:
            time.sleep(min(wait, TICK_S))
            return None if wait > TICK_S else self._take()
        return self._take()

    def close(self) -> None:
        self._answer[0].close()

    def _take(self) -> Frame:
        if not self._fresh:
            self._answer = self._camera.ask()
        self._fresh = False
        self._due = max(self._due + 1 / self._wanted.fps, time.monotonic())
        talk = self._answer[0]
        try:
            data = _whole(talk, time.monotonic() + self._wanted.patience_s, str(self._camera))
        finally:
            talk.close()
        self._number += 1
        return Frame(data, now_ns(), self._number)


def open_web(address: Web | Local, login: Login | None, wanted: Wanted) -> Source:
    """CameraGone."""
    camera = Camera(address, login, wanted.patience_s)
    talk, answer = camera.ask()
    kind = next((value for name, value in answer.headers if name == b"content-type"), b"")
    text = kind.decode("latin-1")
    match text.partition(";")[0].strip().lower():
        case "multipart/x-mixed-replace" | "multipart/mixed" if boundary := boundary_of(text):
            return MjpegStream(talk, Parts(boundary), str(camera))
        case "image/jpeg" | "image/jpg":
            return Snapshots(camera, (talk, answer), wanted)
    talk.close()
    raise CameraRefused(f"{camera}: 不是视频流 it answers with {text[:80]!a}, no pictures")


def _whole(talk: Talk, until: float, name: str) -> bytes:
    """A body that ends by ``until`` and is no larger than a frame may be.  CameraGone."""
    data = bytearray()
    while piece := talk.read(until):
        data += piece
        if len(data) > MOST_PART:
            raise CameraGone(f"{name}: 画面过大 a picture of more than {MOST_PART} bytes")
    if piece is None:
        raise CameraGone(f"{name}: 太慢 a picture takes too long")
    return bytes(data)
