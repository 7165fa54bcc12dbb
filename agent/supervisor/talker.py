"""Talks with one device through its driver, and notes what that says about the device."""

import logging
import math
from dataclasses import replace

from agent.config.settings import Device
from agent.drivers.base import Model, Refused, Seat
from agent.line.asking import Asks, NoAnswer
from agent.links.base import LinkDown
from agent.model.messages import Command, Message
from agent.model.time import Stamp
from agent.supervisor.breaker import Breaker
from agent.supervisor.driver import Broke, KeptDriver
from agent.supervisor.presence import DRIVER_BROKE, HEARD, NO_ANSWER, SILENT, Presence
from agent.supervisor.seats import POLL, Seats, manners_of, urgency_of
from agent.supervisor.state import DeviceState, Tally
from agent.supervisor.world import World

log = logging.getLogger(__name__)


class Talker:
    """``bound`` is how long a verb may take, in seconds."""

    def __init__(self, device: Device, model: Model, world: World, bound: float) -> None:
        self.device, self.model, self.world = device, model, world
        seat = Seat(
            device=device.id, address=device.address, point=device.point, options=device.options
        )
        self.driver = KeptDriver(seat, model, world, bound)
        self.presence = Presence(device.id, world.emit, world.now)
        self.breaker = Breaker()
        self.tally = Tally()
        self._line: Seats | None = None
        self._asks: Asks | None = None  # for commands
        self._refused = False

    def attach(self, line: Seats) -> None:
        """The wire is up."""
        urgency, manners = urgency_of(self.device, self.model), manners_of(self.device, self.model)
        self._line, self._asks = line, line.seat(urgency, manners)
        self.breaker.answered()

    def detach(self) -> None:
        self._line = self._asks = None

    def hear(self, data: bytes, at: Stamp) -> None:
        """Bytes that nobody had asked for.  What they mean is emitted before this returns."""
        listens = self.driver.verbs().listens
        if listens is None:
            return
        try:
            messages = self.driver.hear(lambda: listens.heard(data, at))
        except Broke:
            self.presence.away(DRIVER_BROKE)
            return
        if messages:
            self.presence.here(HEARD, at)
            self.breaker.answered()
            self._pass_on(messages, at)

    async def poll(self, deadline: float = math.inf) -> None:
        """Ask once.  LinkDown; everything else is noted here.

        ``deadline``: loop time by which the answer is wanted; it only decides who goes first.
        """
        polls = self.driver.verbs().polls
        if self.driver.broken:
            self.presence.away(DRIVER_BROKE)
        if polls is None or self._line is None:
            return
        asks = self._seat(self._line, deadline)
        self.tally.polls += 1
        try:
            messages = await self.driver.call(lambda: polls.poll(asks, self.world.now))
        except NoAnswer:
            self._missed()
        except Refused as no:
            self._answered()
            self._no(no)
        except Broke:
            self.presence.away(DRIVER_BROKE)
        else:
            self._refused = False
            self._answered()
            self._pass_on(messages, self.world.now())

    def _seat(self, line: Seats, deadline: float) -> Asks:
        """For one poll; a device that has long been silent is asked once only."""
        manners = manners_of(self.device, self.model)
        if self.breaker.is_open:
            manners = replace(manners, attempts=1)
        return line.seat(POLL + urgency_of(self.device, self.model), manners, deadline)

    async def do(self, command: Command) -> tuple[Message, ...]:
        """The driver's ``act``: its messages, not yet emitted.

        Refused, NoAnswer, LinkDown, Broke.
        """
        acts = self.driver.verbs(now=True).acts
        asks = self._asks
        if asks is None:
            raise LinkDown(f"{self.device.bus}: not open")
        if acts is None:
            raise _cannot(self.driver, command)
        try:
            messages = await self.driver.call(lambda: acts.act(asks, command, self.world.now))
        except NoAnswer:
            self._missed()
            raise
        except Broke:
            self.presence.away(DRIVER_BROKE)
            raise
        except Refused:
            self._answered()
            raise
        self._answered()
        self.tally.heard(messages, self.world.now())
        return messages

    def watch_silence(self, since: Stamp) -> None:
        """Call now and then: one that always talks and has stopped, since ``since``, is away."""
        silence = self.driver.verbs().silence
        if silence is None:
            return
        now, last = self.world.now(), self.tally.last_heard
        heard_ns = max(since.mono_ns, last.mono_ns if last else 0)
        if now.mono_ns - heard_ns > silence * 1e9:
            self.presence.away(SILENT)

    def state(self) -> DeviceState:
        presence, tally = self.presence, self.tally
        return DeviceState(
            device=self.device.id,
            driver=self.device.driver,
            here=presence.is_here,
            reason=presence.reason,
            since=presence.since,
            last_heard=tally.last_heard,
            readings=tally.readings,
            events=tally.events,
            polls=tally.polls,
            misses=tally.misses,
            refusals=tally.refusals,
            broke=self.driver.times,
            last=dict(tally.last),
        )

    def _pass_on(self, messages: tuple[Message, ...], at: Stamp) -> None:
        self.tally.heard(messages, at)
        for message in messages:
            self.world.emit(message)

    def _answered(self) -> None:
        self.breaker.answered()
        self.presence.here()

    def _missed(self) -> None:
        self.tally.misses += 1
        self.breaker.missed()
        self.presence.away(NO_ANSWER)

    def _no(self, no: Refused) -> None:
        self.tally.refusals += 1
        if not self._refused:
            self._refused = True
            log.warning("%s answers, and refuses: %s", self.device.id, no)


def _cannot(driver: KeptDriver, command: Command) -> Exception:
    if driver.broken:
        return Broke("broken")
    return Refused(f"it cannot {command.action}")
