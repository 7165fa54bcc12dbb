"""The core's side of the eyes: a unit of their own that comes and goes as systemd wants.

The face is that of a keeper, with cameras for devices.  The core takes what eyes saw, each once,
and acknowledges it when event and pictures are durable; it tells new eyes what was told lately,
so that the vehicle before which the old ones fell is not told a second time.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn, Protocol

from agent.config import settings
from agent.links.base import LinkDown
from agent.links.bridge import CoreEnd, private_directory
from agent.model.evidence import Taken
from agent.model.messages import Command, Event, Message
from agent.model.time import Stamp
from agent.supervisor import mail, sight
from agent.supervisor.heartbeat import BEAT_S, TICK_S, Heartbeat
from agent.supervisor.ledger import Ledger
from agent.supervisor.mail import BadMail, Letter
from agent.supervisor.orders import tell
from agent.supervisor.presence import HEARD, WORKER_DOWN, Presence
from agent.supervisor.sight import DRIVER, CameraState
from agent.supervisor.sightings import Sightings
from agent.supervisor.state import BusState, DeviceState
from agent.supervisor.worker import SAME_NS, Take
from agent.supervisor.world import World, loop_time

log = logging.getLogger(__name__)

NAME = "linli-vision"
"""Stands for a bus's name where those are listed: the unit that a person would start again."""

AT_ONCE = 1
"""Letters in one turn of the loop: one with pictures takes 0.5 ms here and several on a Pi, and 64
may wait when a core has been started anew."""

SILENT_S = 10.0  # without a beat: a picture that is hard to read may hold theirs up for seconds
AGAIN_S = 30.0  # a socket that cannot be made is tried again
NO_FRAMES = "no_frames"  # the reason of a camera that is away while the eyes are there


class KeepsPictures(Protocol):
    """The evidence store, as the eyes need it."""

    def put(self, taken: Taken, done: Callable[[], None]) -> None:
        """Never waits, never raises.  ``done``: once durable, or given up for good."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``before``: events of cameras that the journal holds already, oldest first."""

    socket: Path
    config: str
    take: Take
    pictures: KeepsPictures
    before: Sequence[Event] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A camera at one moment: what the eyes told of it, and what the core had of it."""

    id: str
    state: CameraState
    events: int
    last: Stamp | None  # of its last event since the start


@dataclass(frozen=True, slots=True, kw_only=True)
class EyesState:
    """The eyes' process at one moment, as its last beat told."""

    up: bool = False
    runs: int = 0  # eyes that were met since the start
    other_config: bool = False  # they read another file than the core, or an older one
    lag: float = 0.0
    rss_bytes: int = 0
    cpu_s: float = 0.0
    dropped: int = 0
    cameras: tuple[Seen, ...] = ()


class Eyes:
    def __init__(self, cameras: Sequence[settings.Camera], world: World, place: Place) -> None:
        self._world, self._place = world, place
        self._cameras = {camera.id: camera for camera in cameras}
        self._presence = {one: Presence(one, world.emit, world.now) for one in self._cameras}
        self._states = {one: CameraState() for one in self._cameras}
        self._counts = dict.fromkeys(self._cameras, 0)
        self._last: dict[str, Stamp] = {}
        self._sightings = Sightings(self._cameras, place.before)
        self._ledger = Ledger(self._acknowledge)
        self._name = secrets.token_hex(8)
        self._end: CoreEnd | None = None
        self._heart = Heartbeat(SILENT_S)
        self._who = b""  # the eyes of now; empty: none, or silent
        self._eyes = EyesState()
        self._opened = 0
        self._tried = False
        self.stirred = 0.0

    @property
    def devices(self) -> tuple[str, ...]:
        return tuple(self._cameras)

    async def run(self) -> NoReturn:
        try:
            while True:
                self.stirred = loop_time()
                if self._open_socket():
                    await self._watch()
                await asyncio.sleep(AGAIN_S)
        finally:
            self._ledger.flush()
            if self._end is not None:
                self._end.close()

    async def act(self, command: Command) -> None:
        tell(
            self._world.emit,
            self._world.now,
            command,
            "command_failed",
            reason="refused",
            detail="摄像头不执行指令 a camera obeys nothing",
        )

    def saw(self, message: Message) -> None:
        """Give it all that happens on the box: a loop that a vehicle stands on wakes a camera."""
        if not isinstance(message, Event) or message.kind != "input_changed":
            return
        moved = message.device, message.data.get("channel")
        for camera in self._cameras.values():
            if camera.loop and (camera.loop.device, camera.loop.channel) == moved:
                active = message.data.get("state") == "active"
                self._send("loop", camera=camera.id, active=active)

    def state(self) -> BusState:
        return BusState(
            bus=NAME,
            port=str(self._place.socket),
            isolated=True,
            up=bool(self._who),
            tried=self._tried,
            opened=self._opened,
            restarts=max(0, self._eyes.runs - 1),
            lag=self._eyes.lag,
            stirred=self.stirred,
            devices=tuple(self._device(one) for one in self._cameras),
        )

    def eyes(self) -> EyesState:
        cameras = tuple(
            Seen(
                id=one,
                state=self._states[one],
                events=self._counts[one],
                last=self._last.get(one),
            )
            for one in self._cameras
        )
        return replace(self._eyes, up=bool(self._who), cameras=cameras)

    def _device(self, one: str) -> DeviceState:
        presence = self._presence[one]
        return DeviceState(
            device=one,
            driver=DRIVER,
            here=presence.is_here,
            reason=presence.reason,
            since=presence.since,
            last_heard=self._last.get(one),
            events=self._counts[one],
        )

    # ── keeping in touch ─────────────────────────────────────────────────────────────────────

    def _open_socket(self) -> bool:
        self._tried = True
        try:
            private_directory(self._place.socket.parent)
            self._end = CoreEnd(self._place.socket, self._heard, AT_ONCE)
        except LinkDown as why:
            log.error("nobody can listen to the eyes: %s", why)  # noqa: TRY400  # no bug of ours
            self._all_away()
            return False
        self._opened += 1
        return True

    async def _watch(self) -> NoReturn:
        told_at = 0.0
        while True:
            await asyncio.sleep(TICK_S)
            self.stirred = loop_time()
            if self._heart.tick():
                self._lose("silent")
            if loop_time() - told_at >= BEAT_S:
                told_at = loop_time()
                self._tell_time()
            for presence in self._presence.values():
                presence.settle()

    def _tell_time(self) -> None:
        at = self._world.now()
        self._send("time", offset_ns=at.offset_ns, tq=at.tq.value)
        self._ledger.flush()

    def _lose(self, why: str) -> None:
        if self._who:
            log.warning("the eyes are gone (%s)", why)
            self._ledger.forget(self._who)
            self._who = b""
            dark = {one: replace(state, up=False, fps=0.0) for one, state in self._states.items()}
            self._states = dark
        self._all_away()

    def _all_away(self) -> None:
        for presence in self._presence.values():
            presence.away(WORKER_DOWN)

    def _send(self, kind: str, **fields: object) -> bool:
        if self._end is None or not self._who:
            return False
        return self._end.send(self._who, mail.write(kind, **fields))

    def _acknowledge(self, who: bytes, numbers: list[int]) -> bool:
        sent = self._end is not None and self._end.send(who, mail.write("ack", ids=numbers))
        return sent or who != self._who  # nobody waits for word among the dead

    # ── letters ──────────────────────────────────────────────────────────────────────────────

    def _heard(self, who: bytes, frame: bytes) -> None:
        try:
            self._open(who, sight.read(frame))
        except BadMail as why:
            log.warning("the eyes send what cannot be: %s", why)

    def _open(self, who: bytes, letter: Letter) -> None:
        match letter["t"]:
            case "msg":
                self._message(who, letter)
            case "hello":
                self._hello(who, letter)
            case "beat" if who == self._who:
                self._beat(letter)
            case "bye" if who == self._who:
                self._lose("sent home")

    def _hello(self, who: bytes, letter: Letter) -> None:
        """The last to come are the eyes of now: they hold the claim, so the others are dead."""
        if who != self._who:
            log.info("eyes are there: %s", who.decode("ascii", "replace"))
            runs = self._eyes.runs + 1
            other = letter.get("config") != self._place.config
            self._eyes = EyesState(runs=runs, other_config=other)
            self._who, self._heart = who, Heartbeat(SILENT_S)
        self._welcome()
        self._tell_time()

    def _welcome(self) -> None:
        at = self._world.now()
        shift_ns = at.mono_ns - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        self._send(
            "welcome",
            core=self._name,
            boot=at.boot,
            shift_ns=shift_ns if abs(shift_ns) > SAME_NS else 0,
            recent=sight.pack_recent(self._sightings.recent),
        )

    def _beat(self, letter: Letter) -> None:
        try:
            lag, dropped = float(letter["lag"]), int(letter["dropped"])
            rss, cpu_s = int(letter["rss"]), float(letter["cpu_s"])
        except (KeyError, TypeError, ValueError) as why:
            raise BadMail(str(why)) from why
        self._heart.beat(0.0)
        self._eyes = replace(self._eyes, lag=lag, dropped=dropped, rss_bytes=rss, cpu_s=cpu_s)
        self._states |= sight.read_states(letter, self._cameras)
        for one, presence in self._presence.items():
            state = self._states[one]
            if state.up:
                presence.here(HEARD)
            elif state.fault or presence.is_here:
                presence.away(state.fault or NO_FRAMES)

    def _message(self, who: bytes, letter: Letter) -> None:
        """Also of eyes that are gone: what they still had counts."""
        number = letter.get("id")
        if not isinstance(number, int) or not self._ledger.is_new(who, number):
            return
        durable = partial(self._ledger.durable, who, number)
        try:
            event = sight.read_event(letter, self._cameras)
            taken = sight.taken(event, sight.read_shots(letter))
        except BadMail:
            durable()  # never again
            raise
        self._take(event, taken, durable)
        if self._who and who != self._who and event.kind == sight.PASSED:
            self._welcome()  # it crossed with the hello of those who came after

    def _take(self, event: Event, taken: Taken | None, durable: Callable[[], None]) -> None:
        """Both at once: a gate does not wait for pictures.  What came before is there already,
        though perhaps not its pictures: of two disks one may have been slower when we fell."""
        is_new = self._sightings.is_new(event)
        done = _after(int(is_new) + int(taken is not None), durable)
        if is_new:
            self._counts[event.device] += 1
            self._last[event.device] = event.at
            self._place.take(event, done)
        if taken is not None:
            self._place.pictures.put(taken, done)


def _after(times: int, done: Callable[[], None]) -> Callable[[], None]:
    """A callback that passes on its last call only; with nothing to wait for it passes now."""
    left = times
    if left == 0:
        done()

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            done()

    return count
