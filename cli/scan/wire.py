"""The whole of one wire: listen, listen longer where something talks, ask, listen for the rare."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.drivers.probes.ears import Ears, Sighting
from agent.drivers.register import REGISTER
from agent.links.base import LinkDown
from agent.links.socket import SCHEME
from cli.scan import listening, probing
from cli.scan.finding import Finding, Mute, Told, Trouble
from cli.scan.listening import Setting, first_understood
from cli.scan.ports import is_pty
from cli.scan.probing import Wish

RARE_S = 6.0
"""For a talker whose bytes were heard and not understood: sketches print every five seconds."""

RAREST_S = 31.0
"""HJ 212-2017, 6.6: a report in real time comes every 30 s at the shortest."""

RARE_BAUDS = 3  # of the likeliest; who talks so seldom is asked to wait no longer than that


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``quick``: no waiting for those who seldom talk."""

    bauds: tuple[int, ...] = ()  # only these; empty: all
    formats: tuple[str, ...] = listening.FORMATS
    quick: bool = False
    wish: Wish = field(default_factory=Wish)

    def listens(self, port: str) -> tuple[Setting, ...]:
        """A pseudo-terminal takes no other format, a serial server no setting at all."""
        if port.startswith(SCHEME):
            return (Setting(listening.BAUDS[0]),)
        formats = ("8N1",) if is_pty(port) else self.formats
        return tuple(Setting(baud, form) for form in formats for baud in self._of(listening.BAUDS))

    def asks(self, port: str) -> tuple[Setting, ...]:
        if port.startswith(SCHEME):
            return (Setting(listening.BAUDS[0]),)
        return tuple(s for s in probing.settings_for() if not self.bauds or s.baud in self.bauds)

    def waits(self, port: str) -> tuple[Setting, ...]:
        if port.startswith(SCHEME):
            return (Setting(listening.BAUDS[0]),)
        return tuple(Setting(baud) for baud in self._of(listening.LIKELY))

    def _of(self, bauds: Sequence[int]) -> tuple[int, ...]:
        return self.bauds or tuple(bauds)


class Wire:
    def __init__(self, port: str, plan: Plan) -> None:
        self._port, self._plan = port, plan
        self._noise = 0  # bytes that nobody understood
        self._echo = False

    async def scan(self) -> list[Told]:
        """One finding at least, and be it that there is none; never raises for what a wire does."""
        try:
            return await self._scan() or [Mute(self._port, 0 if self._echo else self._noise)]
        except LinkDown as down:
            return [Trouble(self._port, str(down))]

    async def _scan(self) -> list[Told]:
        setting, ears = await self._listen()
        heard = ears.sightings() if setting else []
        if setting and (ears.has_master or not _leaves_room(heard)):
            return self._told(setting, heard)
        settings = (Setting(setting.baud),) if setting else self._plan.asks(self._port)
        asked = await self._ask(settings)
        if setting:
            return [*self._told(setting, _better(heard, asked)), *asked]
        return asked or await self._wait()

    async def _listen(self) -> tuple[Setting | None, Ears]:
        port, plan = self._port, self._plan
        setting, ears = await first_understood(port, plan.listens(port), listening.WINDOW_S)
        self._noise += ears.heard
        if setting is None and self._noise and not plan.quick:
            return await first_understood(port, plan.waits(port), RARE_S, eager=True)
        return setting, ears

    async def _ask(self, settings: Sequence[Setting]) -> list[Told]:
        self._echo = await probing.hears_itself(self._port, settings[0])
        for setting in settings:
            ears = Ears()
            try:
                found = await probing.probe(
                    self._port, setting, ears, self._plan.wish, echo=self._echo
                )
            except LinkDown:
                if setting == settings[0]:
                    raise
                continue  # this adapter has no such baud rate
            self._noise += ears.heard
            found += probing.talks(ears)
            if found:
                return self._told(setting, found)
        return []

    async def _wait(self) -> list[Told]:
        if not self._noise or self._plan.quick:
            return []
        settings = self._plan.waits(self._port)[:RARE_BAUDS]
        setting, ears = await first_understood(self._port, settings, RAREST_S, eager=True)
        return self._told(setting, ears.sightings()) if setting else []

    def _told(self, setting: Setting, sightings: Sequence[Sighting]) -> list[Told]:
        baud = None if self._port.startswith(SCHEME) else setting.baud
        return [
            Finding(
                port=self._port,
                baud=baud,
                format=_format(setting, told),
                sighting=told,
                echo=self._echo,
            )
            for told in sightings
        ]


def _leaves_room(heard: Sequence[Sighting]) -> bool:
    """Whether others may be on the wire: beside a continuous talker there is nobody."""
    named = [REGISTER[told.guess.device] for told in heard if told.guess.device]
    shares = all(model.shares for model in named)
    return shares and all(told.guess.candidates != ("yaohua-equals",) for told in heard)


def _better(heard: Sequence[Sighting], asked: Sequence[Told]) -> list[Sighting]:
    """What was heard, but for what a question has named better."""
    names = {each.sighting.guess.device for each in asked if isinstance(each, Finding)}
    return [
        told for told in heard if not names & {told.guess.device, *told.guess.candidates} - {None}
    ]


def _format(setting: Setting, told: Sighting) -> str:
    """Text whose top bits are parity was sent with seven, whatever the port was set to."""
    evidence = told.evidence
    seven = not evidence.isascii() and not any(byte.bit_count() % 2 for byte in evidence)
    return "7E1" if told.guess.protocol == "scale_line" and seven else setting.format
