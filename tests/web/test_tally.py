"""The tally of what passed is right and stays small."""

from agent.model.messages import Event, Quality, Reading
from agent.model.time import Stamp
from agent.web.snapshot import Commands, Value
from agent.web.tally import LAST_EVENTS, Tally


def at(seconds: float) -> Stamp:
    return Stamp("boot", int(seconds * 1e9))


def test_the_last_value_of_each_quantity() -> None:
    tally = Tally(["tilt-1"])
    tally.saw(Reading(device="tilt-1", at=at(1), quantity="tilt_x", value=0.5))
    tally.saw(Reading(device="tilt-1", at=at(1), quantity="tilt_y", value=-1.0))
    tally.saw(
        Reading(device="tilt-1", at=at(3), quantity="tilt_x", value=0.7, quality=Quality.SUSPECT)
    )
    tally.saw(Reading(device="stranger", at=at(3), quantity="tilt_x", value=9.0))
    assert tally.readings("tilt-1") == 3
    assert tally.last("stranger", 0) == ()
    assert tally.last("tilt-1", at(4).mono_ns) == (
        Value(quantity="tilt_x", value=0.7, unit="°", quality="suspect", age_s=1.0),
        Value(quantity="tilt_y", value=-1.0, unit="°", quality="good", age_s=3.0),
    )


def test_last_events_are_bounded_and_commands_counted_by_their_end() -> None:
    tally = Tally([])
    for number in range(LAST_EVENTS + 5):
        tally.saw(Event(device="gate", at=at(number), kind="command_done"))
    tally.saw(Event(device="gate", at=at(99), kind="command_expired", data={"id": "x"}))
    seen = tally.happenings(at(100).mono_ns)
    assert len(seen) == LAST_EVENTS
    assert (seen[-1].kind, seen[-1].age_s, seen[-1].data["id"]) == ("command_expired", 1.0, "x")
    assert tally.commands() == (
        Commands(result="done", count=LAST_EVENTS + 5),
        Commands(result="failed", count=0),
        Commands(result="expired", count=1),
        Commands(result="unknown", count=0),
    )
