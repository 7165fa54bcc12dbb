"""The way of what the eyes saw to the core: kept here until it is durable there.

The eyes are a unit of their own: they may be up before the core and stay up while it is started
anew.  Nothing waits for the other side; what cannot be sent is kept, bounded.
"""

import asyncio
import fcntl
import logging
import os
import resource
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.clock.boot import KernelBoot
from agent.links.bridge import WorkerEnd, private_directory
from agent.model.evidence import MOST_BYTES, Shot
from agent.model.messages import Event
from agent.model.time import Stamp
from agent.supervisor import mail, sight
from agent.supervisor.core_time import CoreTime
from agent.supervisor.heartbeat import BEAT_S
from agent.supervisor.lag import LagWatch
from agent.supervisor.sight import CameraState, Recent
from agent.supervisor.unacked import Unacked

log = logging.getLogger(__name__)

WINDOW = 64  # letters on their way at once: 9 MB if all of them hold pictures
MOST_PICTURES = 8 * 2**20
"""Bytes that wait for the core; then events go without pictures, and none is given up for them."""

QUIET_CORE_S = 3.0  # then we say hello again
LAST_WORDS_S = 2.0  # at our end, for what was told and is not durable yet
LAG_PERIOD_S = 0.25
CLAIM = "claim"


class Claimed(Exception):
    """Other eyes look already, for the same box: a person must stop one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What the post calls, on the loop's thread.

    ``states``: how the cameras are, asked at each beat.  ``loop``: the input of a camera says
    that a vehicle is there, or is not any more.  ``welcomed``: what a core that we did not know
    has been told of lately, by camera and oldest first; these are not to be told again.
    """

    states: Callable[[], Mapping[str, CameraState]]
    loop: Callable[[str, bool], None] = lambda _camera, _active: None
    welcomed: Callable[[Mapping[str, tuple[Recent, ...]]], None] = lambda _recent: None


def claim(socket: Path) -> int:
    """To be kept open as long as we look.  Claimed, LinkDown, OSError."""
    path = private_directory(socket.parent) / CLAIM
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        os.close(handle)
        raise Claimed(f"{path}: 已有 linli vision 在运行 other eyes look already") from taken
    return handle


class Post:
    """Made on a running loop.  ``tell`` at any moment; ``run`` keeps in touch."""

    def __init__(self, socket: Path, config: str, ears: Ears) -> None:
        self.run_name = secrets.token_hex(4)
        """Never used again: it stands in the names of all passages of this run."""
        self._config, self._ears = config, ears
        self._end = WorkerEnd(socket, f"eyes-{self.run_name}".encode(), self._heard)
        self._unacked = Unacked(self._end.send, window=WINDOW)
        self._time = CoreTime(KernelBoot().id, 0)
        self._lag = LagWatch(LAG_PERIOD_S, BEAT_S)
        self._passages = 0
        self._core = ""  # the name of the core that welcomed us
        self._core_heard = float("-inf")
        self._welcome = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Events that are not durable yet, as far as we know."""
        return len(self._unacked)

    @property
    def dropped(self) -> int:
        """Events given up because the core took nothing for too long."""
        return self._unacked.dropped

    def stamp(self, mono_ns: int) -> Stamp:
        """The core's stamp of this process's CLOCK_BOOTTIME."""
        return self._time.at(mono_ns)

    def name_passage(self, camera: str) -> str:
        """A new name."""
        self._passages += 1
        return f"{camera}-{self.run_name}-{self._passages}"

    def tell(self, event: Event, shots: Iterable[Shot] = ()) -> None:
        """Never waits, never raises.  ``shots`` are those of the ``passage`` in the event's data;
        a vehicle_passed then says ``evidence``, and their hashes."""
        kept = self._room_for(tuple(shots)) if event.kind == sight.PASSED else ()
        if event.kind == sight.PASSED:
            event = sight.with_shots(event, kept)
        try:
            self._unacked.put(lambda number: sight.write_event(number, event, kept), urgent=False)
        except (TypeError, ValueError) as bug:
            log.error("an event that no letter can carry: %s", bug)  # noqa: TRY400  # ours

    def _room_for(self, shots: tuple[Shot, ...]) -> tuple[Shot, ...]:
        if sum(len(shot.jpeg) for shot in shots) > MOST_BYTES:
            log.error("pictures of more than %d bytes are not kept", MOST_BYTES)
            return ()
        return shots if self._unacked.bytes < MOST_PICTURES else ()

    async def welcomed(self, seconds: float) -> bool:
        """Whether a core has told what it knows; waits for it so long, at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._welcome.wait()
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Until cancelled; then what was told has a moment to become durable."""
        lagging = asyncio.create_task(self._lag.run())
        try:
            while True:
                self._beat()
                self._unacked.flow()
                await asyncio.sleep(BEAT_S)
        finally:
            lagging.cancel()
            await self._last_words()

    async def _last_words(self) -> None:
        deadline = _loop_time() + LAST_WORDS_S
        while self._unacked and _loop_time() < deadline:  # a few times, at the end
            self._unacked.flow()
            await asyncio.sleep(LAST_WORDS_S / 40)
        self._end.send(mail.write("bye"))
        self._end.close()

    def _beat(self) -> None:
        if _loop_time() - self._core_heard > QUIET_CORE_S:
            self._end.send(mail.write("hello", config=self._config))
        used = resource.getrusage(resource.RUSAGE_SELF)
        beat = mail.write(
            "beat",
            lag=self._lag.worst,
            dropped=self._unacked.dropped,
            rss=_resident(),
            cpu_s=used.ru_utime + used.ru_stime,
            cameras=sight.pack_states(self._ears.states()),
        )
        self._end.send(beat)

    def _heard(self, frame: bytes) -> None:
        self._core_heard = _loop_time()
        try:
            self._obey(mail.read(frame))
        except (mail.BadMail, KeyError, TypeError, ValueError) as why:
            log.warning("the core sends what cannot be: %s", why)

    def _obey(self, letter: mail.Letter) -> None:
        match letter["t"]:
            case "ack":
                self._unacked.acked(letter["ids"])
            case "time":
                self._time.tell(letter)
            case "loop":
                self._ears.loop(str(letter["camera"]), bool(letter["active"]))
            case "welcome":
                self._welcomed(letter)

    def _welcomed(self, letter: mail.Letter) -> None:
        core, recent = str(letter["core"]), sight.read_recent(letter)
        if core != self._core:
            self._core = core
            self._time = CoreTime(str(letter["boot"]), int(letter["shift_ns"]))
            self._unacked.again()
        self._ears.welcomed(recent)
        self._welcome.set()


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def _resident() -> int:
    """Bytes of memory, proc(5)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()
