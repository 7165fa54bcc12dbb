"""What drills of one camera's fault have in common: vehicles before, a fault, vehicles after."""

import time
from dataclasses import dataclass

from cli.drill import seeing, texts
from cli.drill.room import Finding, Room, doubled, events
from cli.world import Line, World

BEFORE_S, AFTER_S = 28.0, 30.0  # two or three vehicles each


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """``harm`` is what the world does for ``seconds``, ``fault`` what the eyes must call it, after
    ``told_s`` at the latest; ``well_s`` after its end all must be well."""

    harm: str
    fault: str
    seconds: float
    told_s: float
    well_s: float
    how: str


@dataclass(frozen=True, slots=True)
class _Seen:
    truth: list[Line]
    records: list[Line]
    began_ns: int  # the eyes looked
    ended_ns: int
    code: int

    def harmed_ns(self, *, on: bool) -> int:
        return next(
            int(line["mono_ns"])
            for line in self.truth
            if line.get("truth") == "harm" and line["on"] is on
        )

    def after_s(self, told: list[Line], *, on: bool) -> float:
        """From the harm, or its end, to the first that was told; 999 if nothing was."""
        return (told[0]["mono_ns"] - self.harmed_ns(on=on)) / 1e9 if told else 999.0


def drill(room: Room, loss: Loss) -> Finding:
    seen = _suffer(room, loss)
    faults = events(seen.records, "camera_fault")
    wells = events(seen.records, "camera_well")
    fault_s, well_s = seen.after_s(faults, on=True), seen.after_s(wells, on=False)
    named = [line["data"]["fault"] for line in (*faults, *wells)] == [loss.fault] * 2
    passed, told = seeing.vehicles(seen.truth), events(seen.records, "vehicle_passed")
    back_ns = seen.harmed_ns(on=False) + round(loss.well_s * 1e9)
    spans = [(seen.began_ns, seen.harmed_ns(on=True)), (back_ns, seen.ended_ns)]
    each = [seeing.tally(passed, told, [span]) for span in spans]
    whole = seeing.tally(passed, told, spans)
    twice = doubled(seen.records)
    return Finding(
        ok=named
        and 0 <= fault_s <= loss.told_s
        and 0 <= well_s <= loss.well_s
        and whole.whole
        and all(one.due for one in each)
        and not twice
        and seen.code == 0,
        sent=whole.due + 2,
        arrived=whole.kept + len(faults) + len(wells),
        lost_urgent=whole.due - whole.kept,
        bound_s=loss.told_s,
        duplicated=whole.twice + twice,
        more={
            "faults": [line["data"]["fault"] for line in faults],
            "wells": [line["data"]["fault"] for line in wells],
            "told_after_s": round(fault_s, 2),
            "well_after_s": round(well_s, 2),
            "vehicles_before": each[0].due,
            "vehicles_after": each[1].due,
            "of_no_vehicle": whole.stray,
        },
        how=loss.how,
    )


def _suffer(room: Room, loss: Loss) -> _Seen:
    config = seeing.watched(seeing.LANE_CAMERA).replace(f', "{seeing.DOOR}"', "")
    with (
        room.world(texts.scenario(more=seeing.lane())) as world,
        room.agent(config) as agent,
        seeing.eyes(room) as eyes,
    ):
        seeing.looks(room)
        began = seeing.now_ns()
        time.sleep(BEFORE_S)
        _harm(world, loss)
        time.sleep(loss.well_s + AFTER_S)
        ended = seeing.now_ns()
        truth = world.lines()
        code = eyes.stop() or agent.stop()
    return _Seen(truth, room.records(), began, ended, code)


def _harm(world: World, loss: Loss) -> None:
    since = len(world.truth)
    world.tell(do="harm", bus="lane", harm=loss.harm, seconds=loss.seconds)
    world.wait_for(
        lambda line: line.get("truth") == "harm" and line["on"] is False,
        loss.seconds + 5,
        since=since,
    )
