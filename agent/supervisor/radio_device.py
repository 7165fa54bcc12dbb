"""One device of the radio: what it advertises, the link to it, and whether it is there."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from agent.config.settings import Device
from agent.drivers.base import Model, Radio
from agent.line.air import Air
from agent.line.asking import NoAnswer
from agent.line.peer import PeerLink
from agent.line.radio import Advert
from agent.supervisor.backoff import Backoff
from agent.supervisor.device import DeviceKeeper
from agent.supervisor.groups import obey_cancel
from agent.supervisor.presence import ANSWERED, HEARD, NO_ANSWER, SILENT
from agent.supervisor.radio_rhythm import CONNECTABLE_S, FALLBACK_S, Rhythm
from agent.supervisor.seats import OnAir, urgency_of
from agent.supervisor.world import World, loop_time

log = logging.getLogger(__name__)

VERB_S = 40.0
"""Four reads or writes, each as patient as a link is (agent.line.peer.ANSWER_S); it finds bugs."""

FIRST_WAIT, LONGEST_WAIT, HEALTHY = 0.5, 60.0, 60.0
"""Seconds between tries to link: it is only tried with what is heard, so a try is not in vain."""

FORGIVEN_S = 60.0
"""So long after it was asked in vain an advertisement alone does not bring a device back: it is
heard, and it does not serve."""


class RadioDevice:
    """Lives as long as the box; ``on`` and ``live`` are for each opening of the adapter."""

    def __init__(self, device: Device, model: Model, world: World) -> None:
        self.keeper = DeviceKeeper(device, model, world, VERB_S + model.longest)
        self.id, self.address = device.id, str(device.address)
        self._talker, self._world = self.keeper.talker, world
        self._radio = model.radio or Radio()
        self._urgency = urgency_of(device, model)
        self._rhythm = Rhythm(FALLBACK_S if self._radio.link == "never" else CONNECTABLE_S)
        self._air: Air | None = None
        self._link: PeerLink | None = None  # the kept one
        self._last: Advert | None = None
        self._heard = 0.0  # the last sign of life, or when it began to be listened for

    @contextmanager
    def on(self, air: Air) -> Iterator[None]:
        """While the adapter is open."""
        self._air = air
        self.listened()
        with self.keeper.on(OnAir(air, self.address)):
            try:
                yield
            finally:
                self._air = None

    async def live(self, air: Air, phase: float) -> None:
        """Its outputs come to rest, then it is polled, or its link is kept.  LinkDown."""
        hands = self.keeper.hands
        await hands.rest_first()
        async with asyncio.TaskGroup() as tasks:
            for outlet in hands.outlets:
                tasks.create_task(hands.keep(outlet))
            if self._radio.link == "kept":
                tasks.create_task(self._keep(air))
            else:
                tasks.create_task(self.keeper.polling(phase))

    def sighted(self, advert: Advert) -> None:
        """An advertisement of it, at once."""
        self._heard = loop_time()
        self._rhythm.heard(self._heard)
        at = self._world.now()
        if not (self._talker.driver.verbs().repeats and _same(advert, self._last)):
            self._last = advert
            self._talker.sight(advert, at)
        if self._radio.link == "demand" and not self._is_mute():
            self._talker.presence.here(HEARD, at)

    def listened(self) -> None:
        """The scan has begun, or begun anew: silence counts from now."""
        self._heard = loop_time()
        self._rhythm.pause()

    def tend(self) -> None:
        """Call now and then while the scan runs."""
        self._talker.presence.settle()
        if self._air is not None and self._air.is_linked(self.address):
            self._watch_link()
        elif self._radio.link != "kept":  # of a kept one the tries to link tell
            self._watch_adverts()

    def _is_mute(self) -> bool:
        """It was asked in vain just now."""
        presence = self._talker.presence
        if presence.reason != NO_ANSWER or presence.is_here or presence.since is None:
            return False
        return self._world.now().mono_ns - presence.since.mono_ns < FORGIVEN_S * 1e9

    def _watch_link(self) -> None:
        """Who is linked does not advertise; what it notifies may have stopped."""
        silence, now = self._talker.driver.verbs().silence, loop_time()
        if self._link is None:
            self.listened()
        elif silence is not None and now - self._heard > silence:
            self._talker.presence.away(SILENT)
            self._link.lost()

    def _watch_adverts(self) -> None:
        silence = self._talker.driver.verbs().silence
        if loop_time() - self._heard > (self._rhythm.patience if silence is None else silence):
            self._talker.presence.away(SILENT)
            self._last = None  # whatever it says when it is back is news

    async def _keep(self, air: Air) -> NoReturn:
        backoff = Backoff(self._world.dice, first=FIRST_WAIT, longest=LONGEST_WAIT, healthy=HEALTHY)
        while True:
            began, was_up = loop_time(), False
            try:
                was_up = await self._linked(air)
            except* NoAnswer as lost:
                log.debug("%s: %s", self.id, lost.exceptions[0])
            obey_cancel()
            if not was_up:
                self._talker.missed()
            await asyncio.sleep(backoff.after(loop_time() - began))

    async def _linked(self, air: Air) -> bool:
        """One link, from its beginning to its end.  True if it was of use.  NoAnswer, LinkDown."""
        async with air.linked(self.address, self._urgency) as link:
            if self._radio.notify is not None:
                await link.hear(self._radio.notify, self._notified)
            self._link, self._heard = link, loop_time()
            self._talker.presence.here(ANSWERED)
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.keeper.polling(0.0))
                    await link.gone()  # inside, not as a task: see groups.py
            except* NoAnswer:
                pass
            finally:
                self._link = None
                self.listened()
        obey_cancel()
        return True

    def _notified(self, data: bytes) -> None:
        self._heard = loop_time()
        self._talker.hear(data, self._world.now())


def _same(one: Advert, other: Advert | None) -> bool:
    """Whatever the distance."""
    return other is not None and (
        one.service_data == other.service_data
        and one.manufacturer == other.manufacturer
        and one.services == other.services
        and one.name == other.name
    )
