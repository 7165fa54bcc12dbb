"""The end of a run: people go home, devices fall silent, everything arrives, then it is counted."""

import time

from cli.demo.account import Moment, Summary, summary
from cli.demo.cameras import lane_is_empty
from cli.demo.community import Community
from cli.demo.scenes import Story
from cli.drill.uplink import pending
from cli.world import Line, until

DRAIN_S = 30.0
PAN_S = 10.0
TOLD_S = 2.0  # from the end of a passage until the eyes tell it
SCALES = ("scale-1", "scale-2")


def finish(place: Community, story: Story, seconds: float) -> Summary:
    """Within ``DRAIN_S``, if all is well.  The agent is stopped afterwards: what it still says then
    waits in its journal for the next start, and is no part of the account."""
    began = time.monotonic()
    until(lambda: _nobody_is_there(place.world.lines()), PAN_S, 0.1)
    time.sleep(TOLD_S)
    seen = place.eyes is None or place.eyes.stop() == 0  # everything that they saw is durable then
    _silence(place)
    moment = _moment(place, began)
    drain_s = time.monotonic() - began
    found = summary(place, story, moment, seconds)
    clean = place.agent.stop() == 0 and seen
    return found | {"ok": found["ok"] and clean, "drain_s": round(drain_s, 1)}


def _nobody_is_there(truth: list[Line]) -> bool:
    return lane_is_empty(truth) and all(
        sum(_is(line, scale, "load") for line in truth)
        == sum(_is(line, scale, "deposit") for line in truth)
        for scale in SCALES
    )


def _is(line: Line, device: str, what: str) -> bool:
    return line.get("device") == device and line.get("what") == what


def _silence(place: Community) -> None:
    since = len(place.world.truth)
    for device in place.devices:
        place.tell(do="silent", device=device)
    last = list(place.devices)[-1]
    place.world.wait_for(
        lambda line: line.get("device") == last and line.get("harm") == "silent", 5.0, since=since
    )


def _moment(place: Community, began: float) -> Moment:
    """One at which nothing waits and nobody says anything; the last look if there is none."""
    while True:
        left_s = began + DRAIN_S - time.monotonic()
        until(lambda: pending(place.room) == 0, max(0.0, left_s), 0.1)
        status, box = place.room.status(), place.room.records()
        city = [line for line in place.town.records() if line["gateway"] == place.town.gateway]
        moment = Moment(status=status, box=box, city=city)
        if left_s <= 0 or (moment.waiting == 0 and _captured(place) == moment.captured):
            return moment


def _captured(place: Community) -> int:
    return sum(each["captured"] for each in place.room.status()["journal"]["streams"])
