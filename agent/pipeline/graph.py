"""The stages of a configuration, as one function from a message to messages.

A message passes the stages in the order of the file, stopping at those that have its device among
their ``inputs``, or the stage that concluded it (``by``).  What a stage makes goes on below it, so
no message ever comes back to a stage, and the way of each kind of message is worked out once.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agent.config import settings
from agent.model.messages import Command, Event, Message, Reading
from agent.pipeline.base import Post, Stage
from agent.pipeline.register import STAGES

log = logging.getLogger(__name__)

_MOST_WAYS = 4096
"""Ways that are remembered: devices times stages of the largest box; a replay may name more."""

_Way = tuple[tuple[int, "Step"], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage at its place in the file."""

    id: str
    inputs: frozenset[str]
    stage: Stage


class Graph:
    """``gateway`` speaks for a stage that broke."""

    def __init__(
        self, stages: Sequence[tuple[str, Sequence[str], Stage]], gateway: str = "box"
    ) -> None:
        self._steps = [Step(name, frozenset(inputs), stage) for name, inputs, stage in stages]
        self._gateway = gateway
        self._ways: dict[tuple[str, str | None], _Way] = {}
        self._broke: dict[str, int] = {}

    @property
    def broke(self) -> Mapping[str, int]:
        """How often each stage failed; only those that did."""
        return MappingProxyType(self._broke)

    def feed(self, message: Message) -> list[Message]:
        """All that ``message`` becomes, in order; never raises.  Itself, when no stage wants it."""
        return self._below(message, 0)

    def _below(self, message: Message, place: int) -> list[Message]:
        """``message`` through the steps from ``place`` on."""
        for index, step in self._way(message):
            if index < place:
                continue
            made = self._through(step, message)
            if len(made) == 1 and made[0] is message:
                continue
            return [out for each in made for out in self._below(each, index + 1)]
        return [message]

    def _way(self, message: Message) -> _Way:
        if isinstance(message, Reading):
            key: tuple[str, str | None] = (message.device, None)
        else:
            source = message.target if isinstance(message, Command) else message.device
            key = (source, message.by)
        way = self._ways.get(key)
        return self._find(key) if way is None else way

    def _find(self, key: tuple[str, str | None]) -> _Way:
        way = tuple(
            (index, step)
            for index, step in enumerate(self._steps)
            if key[0] in step.inputs or key[1] in step.inputs
        )
        if len(self._ways) < _MOST_WAYS:
            self._ways[key] = way
        return way

    def _through(self, step: Step, message: Message) -> Sequence[Message]:
        try:
            made = step.stage(message)
            return made if isinstance(made, tuple) else tuple(made)
        except Exception as fault:  # noqa: BLE001  # a broken stage must not stop the doors
            return self._failed(step, message, fault)

    def _failed(self, step: Step, message: Message, fault: Exception) -> Sequence[Message]:
        """The message passes as it is; the failure is told once, then only counted."""
        times = self._broke[step.id] = self._broke.get(step.id, 0) + 1
        if times > 1:
            return (message,)
        log.error("stage %s broke on a message, which passes it untouched", step.id, exc_info=fault)
        broke = Event(
            device=self._gateway,
            at=message.at,
            kind="stage_broke",
            data={"stage": step.id, "error": type(fault).__name__},
            by=step.id,
        )
        return (message, broke)


def build(box: settings.Box) -> Graph:
    """With every stage at its beginning, as after a start of the agent."""
    stages = [(stage.id, stage.inputs, _stage(stage, box)) for stage in box.stages]
    return Graph(stages, box.site.gateway)


def _stage(stage: settings.Stage, box: settings.Box) -> Stage:
    use = STAGES[stage.use]
    options = use.options() if stage.options is None else stage.options
    return use.build(Post(stage=stage.id, options=options, timezone=box.site.timezone))
