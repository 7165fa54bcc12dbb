"""A driver of an isolated bus blocks for ever, then another burns the processor for ever."""

from cli.drill import isolated
from cli.drill.room import Finding, Room


def drill(room: Room) -> Finding:
    return isolated.drill(
        room,
        {"block": "hung", "burn": "hung"},
        how="the driver of an isolated bus sleeps for ever, later it holds the interpreter for "
        "ever; meanwhile codes are shown and a neighbour tells five readings a second; lost_bulk_s "
        "is the victim's own longest silence",
    )
