"""The tally of what passed is right and stays small."""

from agent.model.messages import Event, Reading
from agent.model.time import Stamp
from agent.web.snapshot import Commands
from agent.web.tally import LAST_EVENTS, Tally


def at(seconds: float) -> Stamp:
    return Stamp("boot", int(seconds * 1e9))


def test_last_events_are_bounded_and_commands_counted_by_their_end() -> None:
    tally = Tally()
    for number in range(LAST_EVENTS + 5):
        tally.saw(Event(device="gate", at=at(number), kind="command_done"))
    tally.saw(Reading(device="gate", at=at(98), quantity="weight", value=1.0))  # not an event
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


def test_plates_are_not_shown() -> None:
    tally = Tally()
    data = {"plate": "湘A12345", "runner_up": None, "direction": "in"}
    tally.saw(Event(device="gate-cam", at=at(1), kind="vehicle_passed", data=data))
    (seen,) = tally.happenings(at(2).mono_ns)
    assert "12345" not in str(seen)
    assert (seen.data["direction"], seen.data["runner_up"]) == ("in", None)
