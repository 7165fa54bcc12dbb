"""Talks with one device through its driver, and notes what that says about the device."""

import logging
import math
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from agent.config.settings import Device
from agent.drivers.base import Model, Refused, Seat
from agent.line.asking import NoAnswer
from agent.line.radio import Advert
from agent.links.base import LinkDown
from agent.model.messages import Command, Message
from agent.model.time import Stamp
from agent.supervisor.breaker import Breaker
from agent.supervisor.driver import Broke, KeptDriver
from agent.supervisor.presence import DRIVER_BROKE, HEARD, NO_ANSWER, SILENT, Presence
from agent.supervisor.seats import POLL, Place, manners_of, urgency_of
from agent.supervisor.state import DeviceState, Tally
from agent.supervisor.world import World

log = logging.getLogger(__name__)


class Talker:
    """``bound`` is how long a verb may take, in seconds."""

    def __init__(self, device: Device, model: Model, world: World, bound: float) -> None:
        self.device, self.model, self.world = device, model, world
        address = device.address if isinstance(device.address, int) else None  # the radio knows it
        seat = Seat(device=device.id, address=address, point=device.point, options=device.options)
        self.driver = KeptDriver(seat, model, world, bound)
        self.presence = Presence(device.id, world.emit, world.now)
        self.breaker = Breaker()
        self.tally = Tally()
        self._place: Place | None = None
        self._refused = False

    def attach(self, place: Place) -> None:
        """The wire is up."""
        self._place = place
        self.breaker.answered()

    def detach(self) -> None:
        self._place = None

    def hear(self, data: bytes, at: Stamp) -> None:
        """Bytes that nobody had asked for.  What they mean is emitted before this returns."""
        listens = self.driver.verbs().listens
        if listens is not None:
            self._take(lambda: listens.heard(data, at), at)

    def sight(self, advert: Advert, at: Stamp) -> None:
        """An advertisement of this device; the same."""
        sights = self.driver.verbs().sights
        if sights is not None:
            self._take(lambda: sights.sighted(advert, at), at)

    def _take(self, verb: Callable[[], Iterable[Message]], at: Stamp) -> None:
        try:
            messages = self.driver.hear(verb)
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
        if polls is None or self._place is None:
            return
        self.tally.polls += 1
        try:
            async with self._seat(self._place, deadline) as asks:
                messages = await self.driver.call(lambda: polls.poll(asks, self.world.now))
        except NoAnswer:
            self.missed()
        except Refused as no:
            self._answered()
            self._pass_on(no.messages, self.world.now())
            self._no(no)
        except Broke:
            self.presence.away(DRIVER_BROKE)
        else:
            self._refused = False
            self._answered()
            self._pass_on(messages, self.world.now())

    def _seat(self, place: Place, deadline: float) -> AbstractAsyncContextManager[Any]:
        """For one poll; a device that has long been silent is asked once only."""
        manners = manners_of(self.device, self.model)
        if self.breaker.is_open:
            manners = replace(manners, attempts=1)
        return place.sit(POLL + urgency_of(self.device, self.model), manners, deadline)

    async def do(self, command: Command) -> tuple[Message, ...]:
        """The driver's ``act``: its messages, not yet emitted.

        Refused, NoAnswer, LinkDown, Broke.
        """
        acts = self.driver.verbs(now=True).acts
        place = self._place
        if place is None:
            raise LinkDown(f"{self.device.bus}: not open")
        if acts is None:
            raise _cannot(self.driver, command)
        urgency, manners = urgency_of(self.device, self.model), manners_of(self.device, self.model)
        try:
            async with place.sit(urgency, manners) as asks:
                messages = await self.driver.call(lambda: acts.act(asks, command, self.world.now))
        except NoAnswer:
            self.missed()
            raise
        except Broke:
            self.presence.away(DRIVER_BROKE)
            raise
        except Refused as no:
            self._answered()
            self._pass_on(no.messages, self.world.now())
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

    def missed(self) -> None:
        """It was asked, and nobody answered."""
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
