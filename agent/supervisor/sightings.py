"""What cameras have told, so that nothing is told twice: not by eyes that send it once more to a
core that was started anew, and not by new eyes that see the same vehicle still standing there.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping

from agent.model.messages import Event
from agent.supervisor import sight
from agent.supervisor.sight import RECENT, Recent

KNOWN = 4_096
"""Events that are known again when they come a second time: all that eyes can have waiting."""


class Sightings:
    """``before``: what the journal holds already, oldest first; also of others than ``cameras``."""

    def __init__(self, cameras: Iterable[str], before: Iterable[Event] = ()) -> None:
        self._recent = {one: deque[Recent](maxlen=RECENT) for one in cameras}
        self._known: OrderedDict[bytes, None] = OrderedDict()
        for event in before:
            if event.device in self._recent:
                self.is_new(event)

    @property
    def recent(self) -> Mapping[str, Iterable[Recent]]:
        """The last vehicles of each camera, oldest first."""
        return self._recent

    def is_new(self, event: Event) -> bool:
        """False for one that came before.  Only of ``cameras``."""
        key = sight.key(event)
        if key in self._known:
            return False
        self._known[key] = None
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)
        if event.kind == sight.PASSED:
            self._recent[event.device].append(sight.recent(event))
        return True
