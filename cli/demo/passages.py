"""The lane's account: who came by, as the world's truth has it, and what the city was told of them.

A passage is counted if it began after the box could see.  An event belongs to the passage that had
begun last when its vehicle was seen.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from cli.demo.cameras import LANE
from cli.drill.room import events
from cli.world import Line


@dataclass(slots=True)
class _Passage:
    began_ns: int
    truth: Line
    told: list[Line] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """What there was to read was read, and nothing else; also if the box was unsure of it."""
        return any(
            each.get("without") == self.truth["without"]
            and self.truth["plate"] in (None, each["plate"])
            for each in self.told
        )

    @property
    def missed(self) -> bool:
        return self.truth["direction"] is not None and not self.told

    @property
    def doubled(self) -> int:
        """Events too many.  Who turned back may be told once more, on the way out."""
        must = self.truth["direction"] is not None
        told = [each["direction"] for each in self.told]
        may = self.truth["may"] is not None and self.truth["may"] in told
        return max(0, len(told) - must - may)


def vehicles(truth: Sequence[Line], city: Sequence[Line], since_ns: int) -> dict[str, int]:
    """``since_ns``: when the box could see, CLOCK_BOOTTIME."""
    counted = [one for one in _matched(truth, city) if one.began_ns >= since_ns]
    return {
        "passed": sum(one.truth["direction"] is not None for one in counted),
        "events": sum(len(one.told) for one in counted),
        "right": sum(one.right for one in counted),
        "missed": sum(one.missed for one in counted),
        "doubled": sum(one.doubled for one in counted),
    }


def _matched(truth: Sequence[Line], city: Sequence[Line]) -> list[_Passage]:
    lane = [line for line in truth if line.get("device") == LANE]
    over = {line["passage"]: line for line in lane if line["what"] in ("passage", "walked")}
    came = [line for line in lane if line["what"] == "coming" and line["passage"] in over]
    passages = [_Passage(line["mono_ns"], over[line["passage"]]) for line in came]
    told = defaultdict[int, list[Line]](list)
    for event in events(city, "vehicle_passed"):
        told[bisect_right(passages, event["mono_ns"], key=_began)].append(event["data"])
    for number, passage in enumerate(passages, 1):
        passage.told = told[number]
    return passages


def _began(passage: _Passage) -> int:
    return passage.began_ns
