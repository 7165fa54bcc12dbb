"""What happens inside a worker process: one bus, and the mail to and from the core.

It ends by itself when nobody needs it any more.  When the core is gone (its end of our stdin is
closed, or it has been silent for long) the outputs are brought to rest, the wire is closed, and
what was not acknowledged is offered for a while to a core that may come.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from agent.app import logs
from agent.app.limits import be_modest, hold_handle
from agent.drivers.base import Model
from agent.links.bridge import WorkerEnd
from agent.links.open import open_link
from agent.model.messages import Message, Reading
from agent.supervisor import mail
from agent.supervisor.bus import BusKeeper
from agent.supervisor.core_time import CoreTime
from agent.supervisor.errand import Errand, from_json
from agent.supervisor.heartbeat import BEAT_S
from agent.supervisor.lag import LagWatch
from agent.supervisor.unacked import Unacked
from agent.supervisor.world import World, loop_time

log = logging.getLogger(__name__)

QUIET_CORE_S = 3.0  # then we say hello again
GONE_CORE_S = 30.0  # then we go; systemd would have restarted a core that hangs (WatchdogSec)
ORPHAN_S = 5.0  # how long a core that may come is waited for; systemd restarts ours after three
LAG_PERIOD_S = 0.25


def work(models: Mapping[str, Model]) -> int:
    """The exit code: 0 sent home or orphaned, 1 a bug of ours (its traceback is on stderr)."""
    logs.set_up()
    be_modest()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    asyncio.run(_serve(from_json(line.decode(), models), models))
    return 0


async def _serve(errand: Errand, models: Mapping[str, Model]) -> None:
    await Workshop(errand, models).run()


class Workshop:
    def __init__(self, errand: Errand, models: Mapping[str, Model]) -> None:
        self._end = WorkerEnd(Path(errand.socket), errand.who.encode(), self._heard)
        self._unacked = Unacked(self._end.send)
        self._time = CoreTime(errand.boot, errand.shift_ns)
        world = World(emit=self._emit, now=self._time.now)
        opening = partial(open_link, errand.bus)
        self._keeper = BusKeeper(errand.bus, errand.devices, models, opening, world)
        self._lag = LagWatch(LAG_PERIOD_S, BEAT_S)
        self._core_heard = loop_time()
        self._core = ""  # the name of the core that welcomed us
        self._orphan = False
        self._stop = asyncio.Event()
        self._acting: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until it is sent home, orphaned or told to end."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        loop.add_reader(sys.stdin.fileno(), self._stdin)
        self._end.send(mail.write("hello"))
        keeping = asyncio.create_task(self._keeper.run())
        others = [asyncio.create_task(self._beat()), asyncio.create_task(self._lag.run())]
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await _end(keeping)
            await self._hand_in()
        finally:
            for task in (stopping, *others):
                task.cancel()
            self._end.send(mail.write("bye"))
            self._end.close()

    async def _hand_in(self) -> None:
        """A core that lives takes what was sent; one that is gone may come again."""
        deadline = loop_time() + ORPHAN_S
        while self._orphan and self._unacked and loop_time() < deadline:  # noqa: ASYNC110  # rare
            await asyncio.sleep(BEAT_S / 10)  # a few times in a rare end
        self._unacked.flow()

    async def _beat(self) -> None:
        while True:
            hold_handle()
            quiet = loop_time() - self._core_heard
            if quiet > GONE_CORE_S:
                self._gone()
            if quiet > QUIET_CORE_S or self._orphan:
                self._end.send(mail.write("hello"))
            state = mail.pack_state(self._keeper.state())
            dropped = self._unacked.dropped
            self._end.send(mail.write("beat", lag=self._lag.worst, dropped=dropped, state=state))
            self._unacked.flow()
            await asyncio.sleep(BEAT_S)

    def _stdin(self) -> None:
        if not os.read(sys.stdin.fileno(), 1024):
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            self._gone()

    def _gone(self) -> None:
        if not self._orphan:
            log.warning("the core is gone: closing")
        self._orphan = True
        self._stop.set()

    def _emit(self, message: Message) -> None:
        def frame(number: int) -> bytes:
            return mail.write("msg", id=number, **mail.pack(message))

        try:
            self._unacked.put(frame, urgent=not isinstance(message, Reading))
        except (TypeError, ValueError) as bug:
            log.error("a driver says what no message can carry: %s", bug)  # noqa: TRY400  # its bug

    def _heard(self, frame: bytes) -> None:
        self._core_heard = loop_time()
        try:
            self._obey(mail.read(frame))
        except (mail.BadMail, KeyError, ValueError) as why:
            log.warning("the core sends what cannot be: %s", why)

    def _obey(self, letter: mail.Letter) -> None:
        match letter["t"]:
            case "ack":
                self._unacked.acked(letter["ids"])
            case "time":
                self._time.tell(letter)
            case "act":
                self._act(letter)
            case "welcome" if letter["core"] != self._core:
                self._core = str(letter["core"])
                self._unacked.again()
            case "stop":
                self._stop.set()

    def _act(self, letter: mail.Letter) -> None:
        command = mail.unpack_command(letter)
        if command.target not in self._keeper.devices:
            raise mail.BadMail(f"no device {command.target} here")
        task = asyncio.create_task(self._keeper.act(command))
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)


async def _end(task: asyncio.Task[None]) -> None:
    """Raises what it failed with."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
