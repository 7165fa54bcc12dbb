"""The core's part in seeing: who takes what the eyes saw, and who keeps their pictures."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.app.hub import Hub
from agent.config import settings
from agent.model.time import Now
from agent.store.album import NAME
from agent.store.evidence import Evidence
from agent.store.journal import Journal
from agent.store.tuning import Tuning
from agent.supervisor.eyes import Eyes, Place
from agent.supervisor.sight import socket_of
from agent.supervisor.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Both are None for a box that never had a camera."""

    eyes: Eyes | None = None
    evidence: Evidence | None = None

    @property
    def keepers(self) -> Iterable[Eyes]:
        return () if self.eyes is None else (self.eyes,)

    async def close(self) -> None:
        if self.evidence is not None:
            await self.evidence.close()


def sight(box: settings.Box, journal: Journal, hub: Hub, now: Now) -> Sight:
    """Pictures are kept for their term, and no longer, also when the cameras are gone."""
    if not box.cameras and not (box.store.dir / NAME).exists():
        return Sight()
    evidence = Evidence.open(box, now, hub.take, Tuning())
    evidence.start()
    if not box.cameras:
        return Sight(evidence=evidence)
    place = Place(
        socket=socket_of(box.health.socket),
        config=box.digest,
        take=hub.take,
        pictures=evidence,
        before=journal.seen(),
    )
    eyes = Eyes(box.cameras, World(emit=hub.take, now=now), place)
    hub.watchers.append(eyes.saw)
    return Sight(eyes=eyes, evidence=evidence)
