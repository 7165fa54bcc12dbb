"""Keeps an isolated bus alive: its drivers live in a process of their own.

The face is that of ``BusKeeper``.  The worker (``agent.app.worker``) runs a whole ``BusKeeper``;
here is what the core adds: start the process, watch its beats, kill it when it hangs, start it
again, hand commands over and take messages in, each once, acknowledged when it is durable.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from agent.config import settings
from agent.links.base import LinkDown
from agent.links.bridge import CoreEnd, private_directory
from agent.model.messages import Command, Event, Fields, Message
from agent.supervisor import mail
from agent.supervisor.backoff import Backoff
from agent.supervisor.child import Child
from agent.supervisor.damper import Damper
from agent.supervisor.errand import Errand
from agent.supervisor.heartbeat import BEAT_S, HUNG_S, TICK_S, Heartbeat
from agent.supervisor.ledger import Ledger
from agent.supervisor.orders import seconds_left, tell
from agent.supervisor.roll import Roll
from agent.supervisor.running import Running
from agent.supervisor.state import BusState
from agent.supervisor.world import World, loop_time

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT, HEALTHY = 0.1, 60.0, 60.0
"""Seconds: a worker that fell once is there again at once, one that always falls each minute."""

RESULT_S = 120.0
"""Beyond a command's own time: a pulse, and a verb that never returns, are over long before."""

LAST_WORD_S = 1.0
"""For what a worker that is gone had still written."""

SAME_NS = 1_000_000
"""Clocks that differ by less are the same clock, read one after the other."""

Take = Callable[[Message, Callable[[], None]], None]
"""The core's ``emit`` for workers: the callback is called once all that follows is durable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """``argv`` starts a worker; ``directory`` is made 0700 and holds its sockets."""

    argv: Sequence[str]
    directory: Path
    gateway: str
    take: Take
    hung_s: float = HUNG_S


class WorkerKeeper:
    def __init__(
        self,
        bus: settings.Bus,
        devices: Sequence[settings.Device],
        world: World,
        place: Workplace,
    ) -> None:
        self._bus, self._world, self._place = bus, world, place
        self._settings = tuple(devices)
        self._roll = Roll(devices, world)
        self._ledger = Ledger(self._acknowledge)
        self._running = Running()
        self._damper = Damper()
        self._name = secrets.token_hex(8)
        self._end: CoreEnd | None = None
        self._heart = Heartbeat(place.hung_s)
        self._who = b""  # the worker of now; empty: none has said a word yet
        self._expected = b""
        self._child: Child | None = None
        self._told = BusState(bus=bus.id, port=bus.port, isolated=True)
        self._restarts = 0
        self._bye = asyncio.Event()
        self.stirred = 0.0

    @property
    def devices(self) -> tuple[str, ...]:
        return self._roll.ids

    @property
    def pid(self) -> int | None:
        """Of the worker of now."""
        return self._child.pid if self._child else None

    async def run(self) -> NoReturn:
        backoff = Backoff(self._world.dice, first=FIRST_WAIT, longest=LONGEST_WAIT, healthy=HEALTHY)
        try:
            while True:
                began = loop_time()
                reason = await self._live()
                self._fell(reason)
                await asyncio.sleep(backoff.after(loop_time() - began))
                self._say_restart(reason)
        finally:
            self._ledger.flush()
            if self._end is not None:
                self._end.close()

    async def act(self, command: Command) -> None:
        emit, now = self._world.emit, self._world.now
        left = seconds_left(command, now)
        if not left:
            tell(emit, now, command, "command_expired")
        elif command in self._running:
            tell(emit, now, command, "command_failed", reason="duplicate")
        else:
            await self._hand_over(command, left)

    def state(self) -> BusState:
        told = self._told
        return replace(
            told,
            up=told.up and bool(self._who),
            tried=told.tried or self._restarts > 0,
            restarts=self._restarts,
            stirred=self.stirred,
            devices=self._roll.states(told.devices),
        )

    async def _hand_over(self, command: Command, left: float) -> None:
        emit, now = self._world.emit, self._world.now
        result = self._running.begin(command)
        told = False
        try:
            if not self._send("act", **mail.pack(command)):
                tell(emit, now, command, "command_failed", reason="worker_down")
                told = True
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left + RESULT_S):
                    told = await result
        finally:
            self._running.forget(command)
            if not told:
                tell(emit, now, command, "command_unknown")

    async def _live(self) -> str:
        """One worker, from its start to its end; the word says why it ended."""
        try:
            if self._end is None:
                directory = private_directory(self._place.directory)
                self._end = CoreEnd(directory / f"{self._bus.id}.sock", self._heard)
            child = self._child = await Child.start(self._place.argv, self._errand())
        except (LinkDown, OSError) as why:
            log.error("bus %s: no worker: %s", self._bus.id, why)  # noqa: TRY400  # no bug of ours
            return "not_started"
        log.info("bus %s: worker %d started", self._bus.id, child.pid)
        try:
            reason = await self._watch(child)
        except asyncio.CancelledError:
            await self._stop(child)
            raise
        await child.kill()
        return reason

    async def _stop(self, child: Child) -> None:
        """Its outputs come to rest, and its last words are taken."""
        self._send("stop")
        await child.see_off()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_S):
                await self._bye.wait()

    def _errand(self) -> str:
        """For a worker whose name was never used."""
        who = f"{self._bus.id}-{secrets.token_hex(8)}"
        self._expected, self._heart = who.encode(), Heartbeat(self._place.hung_s)
        self._bye.clear()
        at = self._world.now()
        shift_ns = at.mono_ns - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        errand = Errand(
            who=who,
            socket=str(self._place.directory / f"{self._bus.id}.sock"),
            boot=at.boot,
            shift_ns=shift_ns if abs(shift_ns) > SAME_NS else 0,
            bus=self._bus,
            devices=self._settings,
        )
        return errand.to_json()

    async def _watch(self, child: Child) -> str:
        gone = asyncio.create_task(child.gone())
        told_at = 0.0
        try:
            while True:
                done, _ = await asyncio.wait({gone}, timeout=TICK_S)
                self.stirred = loop_time()
                if done:
                    return gone.result()
                if ailment := self._heart.tick():
                    return ailment
                if loop_time() - told_at >= BEAT_S:
                    told_at = loop_time()
                    self._tell_time()
                self._roll.settle()
        finally:
            gone.cancel()

    def _tell_time(self) -> None:
        at = self._world.now()
        self._send("time", offset_ns=at.offset_ns, tq=at.tq.value)
        self._ledger.flush()

    def _fell(self, reason: str) -> None:
        log.warning("bus %s: its worker is gone (%s)", self._bus.id, reason)
        self._ledger.forget(self._who)
        self._who = self._expected = b""
        self._child = None
        self._roll.all_away()
        self._running.lost()

    def _say_restart(self, reason: str) -> None:
        self._restarts += 1
        at = self._world.now()
        if self._damper.allows(at.mono_ns):
            data: Fields = {"bus": self._bus.id, "reason": reason, "times": self._restarts}
            device = self._place.gateway
            self._world.emit(Event(device=device, at=at, kind="worker_restarted", data=data))

    def _send(self, kind: str, **fields: object) -> bool:
        if self._end is None or not self._who:
            return False
        return self._end.send(self._who, mail.write(kind, **fields))

    def _acknowledge(self, who: bytes, numbers: list[int]) -> bool:
        sent = self._end is not None and self._end.send(who, mail.write("ack", ids=numbers))
        return sent or who != self._expected  # nobody waits for word among the dead

    def _heard(self, who: bytes, frame: bytes) -> None:
        try:
            letter = mail.read(frame)
            self._open(who, letter)
        except mail.BadMail as why:
            log.warning("bus %s: its worker sends what cannot be: %s", self._bus.id, why)

    def _open(self, who: bytes, letter: mail.Letter) -> None:
        kind = letter["t"]
        if kind == "msg":
            self._message(who, letter)
        elif kind == "hello" and self._end is not None:
            if who == self._expected:
                self._who = who
                self._tell_time()
            self._end.send(who, mail.write("welcome", core=self._name))
        elif who == self._expected:
            self._own(letter)

    def _own(self, letter: mail.Letter) -> None:
        """What counts of the worker of now only."""
        if letter["t"] == "bye":
            self._bye.set()
        if letter["t"] != "beat":
            return
        lag = float(letter.get("lag", 0.0))
        self._heart.beat(lag)
        self._told = mail.unpack_state(letter.get("state", {}), replace(self._told, lag=lag))

    def _message(self, who: bytes, letter: mail.Letter) -> None:
        """Also of a worker that was left over by a core that fell: what it still has counts."""
        number = letter.get("id")
        if not isinstance(number, int) or not self._ledger.is_new(who, number):
            return
        durable = partial(self._ledger.durable, who, number)
        try:
            message = mail.unpack(letter)
        except mail.BadMail:
            durable()  # never again
            raise
        if isinstance(message, Event) and self._roll.is_news(message):
            if who == self._expected:  # the dead know nothing of who is there
                self._roll.note(message)
            durable()
            return
        self._place.take(message, durable)
        if isinstance(message, Event):
            self._running.told(message)
