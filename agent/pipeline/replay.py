"""The stages once more over what was said: ``linli replay``, and the proof that it is the same.

Replayed is what the devices, the box, the platform and people said.  What a stage concluded stands
in an export too (its ``by``), and is skipped: the stage concludes it again.  An ``agent_started``
puts the stages back to their beginning, as the restart did.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from agent.config import settings
from agent.model.forms import from_line, is_gap
from agent.model.messages import Event, Message, Reading
from agent.pipeline.graph import build

_REMEMBERED = 4096
"""Readings fed in lately; a stage may hold one back per series (``thin``), so: that many series."""


class Replay:
    """``feed`` lines in the order of the file; deterministic."""

    def __init__(self, box: settings.Box) -> None:
        self._box = box
        self._graph = build(box)
        self._stages = {stage.id for stage in box.stages}
        self._fed: OrderedDict[Reading, None] = OrderedDict()

    def feed(self, line: object) -> list[Message]:
        """What the stages derive from a line; what was fed in is not among it.  BadLine."""
        if isinstance(line, Mapping) and is_gap(line):
            return []
        return self.take(from_line(line))

    def take(self, message: Message) -> list[Message]:
        if not isinstance(message, Reading) and message.by in self._stages:
            return []
        if isinstance(message, Event) and message.kind == "agent_started":
            self._graph = build(self._box)
        if isinstance(message, Reading):
            self._remember(message)
        return [out for out in self._graph.feed(message) if self._derived(out, message)]

    def _remember(self, reading: Reading) -> None:
        self._fed[reading] = None
        if len(self._fed) > _REMEMBERED:
            self._fed.popitem(last=False)

    def _derived(self, out: Message, message: Message) -> bool:
        if isinstance(out, Reading):
            return out not in self._fed
        return out.by is not None and out != message


def replay(box: settings.Box, lines: Iterable[Mapping[str, Any]]) -> list[Message]:
    """All that the stages of ``box`` derive from ``lines``."""
    once = Replay(box)
    return [out for line in lines for out in once.feed(line)]
