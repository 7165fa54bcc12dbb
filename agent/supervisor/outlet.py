"""One switched output: it leaves its rest only for as long as somebody holds it.

A pulse holds it until a moment, a plain command for good.  Whatever happens in between (the wire
falls, the command is cancelled, the device is silent), ``due`` says that it must go back, and
whoever keeps the device drives it until ``rested``.
"""

import asyncio
import math

from agent.config.settings import Output
from agent.supervisor.damper import Damper
from agent.supervisor.world import loop_time

ON, OFF = "on", "off"


class Outlet:
    """Times are the loop's, in seconds.  Until it was first driven to rest, nobody knows where
    it is, which is the same as away and due."""

    def __init__(self, output: Output) -> None:
        self.channel, self.rest, self.most_ms = output.channel, output.rest, output.most_ms
        self.active = OFF if output.rest == ON else ON
        self.at_rest = False
        self.astray = True  # its way home is no plain end of a pulse: it is worth an event
        self.complained = False
        self.changed = asyncio.Event()
        self.damper = Damper()
        self._until = 0.0
        self._home: asyncio.Future[bool] | None = None

    @property
    def left(self) -> float | None:
        """Seconds until it must go back to rest; 0 is now, None is never."""
        if self.at_rest or self._until == math.inf:
            return None
        return max(0.0, self._until - asyncio.get_running_loop().time())

    @property
    def due(self) -> bool:
        return self.left == 0.0

    def leaving(self) -> None:
        """It is about to be driven away; should that fail half-way, it is due at once."""
        self.at_rest = False
        self.changed.set()

    def hold(self, seconds: float) -> None:
        """It was driven away for ``seconds`` (inf: for good); no earlier hold is cut short."""
        self._until = max(self._until, loop_time() + seconds)
        self.astray = False
        if self._until == math.inf:
            self._tell(arrived=True)
        self.changed.set()

    def home(self) -> asyncio.Future[bool]:
        """True once it is at rest again or is held for good; False if the first try to drive it
        back fails or the wire falls.  Shared by all who wait: shield it."""
        if self._home is None:
            self._home = asyncio.get_running_loop().create_future()
        home = self._home
        if self.at_rest or self._until == math.inf:
            self._tell(arrived=True)
        return home

    def rested(self) -> None:
        """It was driven to rest."""
        self.at_rest, self.astray, self.complained, self._until = True, False, False, 0.0
        self._tell(arrived=True)
        self.changed.set()

    def stuck(self) -> None:
        """It could not be driven to rest; whoever keeps it will try again."""
        self.astray = self.complained = True
        self._tell(arrived=False)

    def recall(self) -> None:
        """No hold counts any more."""
        self._until = 0.0
        self.astray = self.astray or not self.at_rest
        self.changed.set()

    def lost(self) -> None:
        """The wire fell or opens: where the output is nobody knows."""
        self.at_rest = False
        self.recall()
        self._tell(arrived=False)

    def _tell(self, *, arrived: bool) -> None:
        if self._home is not None:
            self._home.set_result(arrived)
            self._home = None
