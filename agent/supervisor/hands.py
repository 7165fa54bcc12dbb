"""What one device is made to do: commands, pulses, and its outputs' way back to rest.

Theory.  An output may be away from rest only while a hold is running (``outlet``).  As long as
the wire is up one task per output watches that (``keep``) and drives it back, again and again if
need be.  After every opening of the wire all holds are void and each output is driven to rest
once before anything else (``rest_first``); the one that does not obey is left to its task.  So no
path out of a pulse (done, cancelled, unanswered, unplugged, killed) leaves a relay on for good.
One turn at a time: ``_turn`` keeps the switching of one device in order.
"""

import asyncio
import logging
import math
from collections.abc import Iterable
from dataclasses import replace

from agent.drivers.base import Refused
from agent.line.asking import NoAnswer
from agent.model.messages import Command, Event, Fields, Message
from agent.supervisor.backoff import Backoff
from agent.supervisor.driver import Broke
from agent.supervisor.outlet import OFF, ON, Outlet
from agent.supervisor.talker import Talker

log = logging.getLogger(__name__)

PULSE, BLINK = "pulse", "blink"
REST_TTL_NS = 60 * 10**9  # a drive to rest is never too late; drivers do not look at it
FIRST_WAIT, LONGEST_WAIT = 0.1, 30.0
"""Between tries to drive a silent output back: a dead relay board takes 2 % of its pair's time."""

DEVICE_SAID_NO = (NoAnswer, Refused, Broke)


class TooLate(Exception):
    """The command's time ran out.  ``sent``: the device may have been told all the same."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__("too late")
        self.sent = sent


class NotAtRest(Exception):
    """The pulse was given, and the output could not be driven back at once."""


class Hands:
    def __init__(self, talker: Talker) -> None:
        self._talker, self._world = talker, talker.world
        self.outlets = tuple(Outlet(output) for output in talker.device.outputs)
        self._turn = asyncio.Lock()
        self._gate = asyncio.Event()
        self._gate.set()
        self._orders = 0

    def wire_up(self) -> None:
        """It was opened: commands wait until the outputs have been driven to rest."""
        for outlet in self.outlets:
            outlet.lost()
        if self.outlets:
            self._gate.clear()

    def wire_down(self) -> None:
        for outlet in self.outlets:
            outlet.lost()
        self._gate.set()

    async def rest_first(self) -> None:
        """Drive every output to rest, once each; give up at the first that does not obey.

        LinkDown.
        """
        for outlet in self.outlets:
            if not await self._drive_home(outlet):
                break
        self._gate.set()

    async def keep(self, outlet: Outlet) -> None:
        """Drive ``outlet`` back whenever it is due; until cancelled or LinkDown."""
        while True:
            outlet.changed.clear()
            left = outlet.left
            if left == 0.0:
                await self._insist(outlet)
                continue
            try:
                async with asyncio.timeout(left):
                    await outlet.changed.wait()
            except TimeoutError:
                continue

    async def let_go(self) -> None:
        """Before a clean stop: try until all outputs are at rest.  LinkDown; to be bounded."""
        for outlet in self.outlets:
            outlet.recall()
        while away := [outlet for outlet in self.outlets if not outlet.at_rest]:
            for outlet in away:
                if not await self._drive_home(outlet):
                    await asyncio.sleep(FIRST_WAIT)

    async def carry_out(self, command: Command, within: float) -> None:
        """Do it; it must have begun and been answered ``within`` seconds.

        TooLate, NotAtRest, Refused, NoAnswer, LinkDown, Broke.
        """
        outlet = self._outlet_of(command)
        if outlet is not None and command.action == PULSE:
            await self._pulse(command, outlet, within)
        else:
            await self._tell(command, within, outlet)

    def _outlet_of(self, command: Command) -> Outlet | None:
        """The output that is meant; None for what is no switching.  Refused: no such output."""
        switches = command.action in {ON, OFF, BLINK} and self._talker.model.outputs
        if not switches and command.action != PULSE:
            return None
        channel = command.args.get("channel")
        for outlet in self.outlets:
            if outlet.channel == channel:
                return outlet
        raise Refused(f"no output {channel} is declared")

    async def _pulse(self, command: Command, outlet: Outlet, within: float) -> None:
        ms = command.args.get("ms")
        if isinstance(ms, bool) or not isinstance(ms, int | float) or not ms > 0:
            raise Refused(f"a pulse of {ms} ms")
        away = replace(command, action=outlet.active, args={"channel": outlet.channel})
        await self._tell(away, within, outlet, min(ms, outlet.most_ms) / 1000)
        if not await asyncio.shield(outlet.home()):
            raise NotAtRest

    async def _tell(
        self, command: Command, within: float, outlet: Outlet | None, hold: float = math.inf
    ) -> None:
        """One order to the driver; ``hold``: how long its output stays away, in seconds."""
        began = False
        try:
            async with asyncio.timeout(within):
                await self._gate.wait()
                async with self._turn:
                    began = True
                    messages = await self._switch(command, outlet, hold)
        except TimeoutError:
            raise TooLate(sent=began) from None
        self._emit(messages)

    async def _switch(
        self, command: Command, outlet: Outlet | None, hold: float
    ) -> tuple[Message, ...]:
        if outlet is None:
            return await self._talker.do(command)
        if command.action == outlet.rest:
            messages = await self._talker.do(command)
            outlet.rested()
            return messages
        outlet.leaving()
        messages = await self._talker.do(command)
        outlet.hold(hold)
        return messages

    async def _insist(self, outlet: Outlet) -> None:
        backoff = Backoff(self._world.dice, first=FIRST_WAIT, longest=LONGEST_WAIT)
        while outlet.due:
            if await self._drive_home(outlet):
                return
            await asyncio.sleep(backoff.after(0.0))

    async def _drive_home(self, outlet: Outlet) -> bool:
        """One try.  False: the device said no or nothing.  LinkDown."""
        async with self._turn:
            if not outlet.due:
                return True
            try:
                messages = await self._talker.do(self._to_rest(outlet))
            except DEVICE_SAID_NO as no:
                self._complain(outlet, no)
                return False
            if outlet.astray:
                messages = self._as_rest(outlet, messages)
            outlet.rested()
        self._emit(messages)
        return True

    def _to_rest(self, outlet: Outlet) -> Command:
        self._orders += 1
        device = self._talker.device.id
        return Command(
            id=f"{device}-rest-{self._orders}",
            target=device,
            action=outlet.rest,
            at=self._world.now(),
            ttl_ns=REST_TTL_NS,
            args={"channel": outlet.channel},
        )

    def _complain(self, outlet: Outlet, why: Exception) -> None:
        if not outlet.complained:
            words = "output %s of %s cannot be driven to rest (%s: %s); trying on"
            device = self._talker.device.id
            log.error(words, outlet.channel, device, type(why).__name__, why)
        outlet.stuck()

    def _as_rest(self, outlet: Outlet, messages: Iterable[Message]) -> tuple[Message, ...]:
        """What the driver said of the output, told as ``output_rest``; at least that."""
        others = list[Message]()
        data: Fields = {"channel": outlet.channel, "state": outlet.rest, "confirmed": False}
        for message in messages:
            if isinstance(message, Event) and message.kind == "output_set":
                data = {**data, **message.data}
            else:
                others.append(message)
        if outlet.complained:
            log.info("output %s of %s is at rest", outlet.channel, self._talker.device.id)
        now = self._world.now()
        if not outlet.damper.allows(now.mono_ns):
            return tuple(others)
        device = self._talker.device
        rest = Event(device=device.id, at=now, kind="output_rest", data=data, point=device.point)
        return (*others, rest)

    def _emit(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._world.emit(message)
