"""One look at box and city: what progress and the screen are made of."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.web.snapshot import Snapshot
from cli.demo.community import Community
from cli.seeing import asking
from cli.seeing.asking import Silence

ASK_S = 2.0
KEPT = 8  # of the city's last events


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """``box`` is None while it does not answer.  ``city`` is its status, ``events`` the last ones
    that it has, newest last."""

    box: Snapshot | None
    city: Mapping[str, Any]
    rows: int
    events: tuple[Mapping[str, Any], ...]


class Sampler:
    def __init__(self, community: Community) -> None:
        self._socket, self._town = community.room.socket, community.town
        self._after = 0
        self._events: deque[Mapping[str, Any]] = deque(maxlen=KEPT)

    def take(self) -> Sample:
        answer = asking.ask(self._socket, ASK_S)
        with self._town.look() as look:
            city = look.status()
            page = look.page(self._after, "urgent")
        self._after = page.last
        self._events.extend(line for line in page.records if line.get("type") == "event")
        return Sample(
            box=None if isinstance(answer, Silence) else answer.now,
            city=city,
            rows=int(city["rows"]),
            events=tuple(self._events),
        )


def progress(sample: Sample) -> dict[str, object]:
    """As one JSON object; the box's part is absent while it does not answer."""
    told: dict[str, object] = {"city_rows": sample.rows, "commands": sample.city["commands"]}
    box = sample.box
    if box is None:
        return told
    streams = box.journal.streams
    return {
        "devices_here": sum(device.here is True for device in box.devices),
        "captured": sum(stream.captured for stream in streams),
        "stored": sum(stream.stored for stream in streams),
        "pending": sum(stream.pending + stream.open for stream in streams),
        "sent": sum(lane.sent for lane in box.sync.lanes),
        "acked": box.sync.acked,
        "platform": box.sync.up,
        **told,
    }
