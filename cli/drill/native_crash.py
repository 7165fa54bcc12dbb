"""A driver of an isolated bus crashes the interpreter."""

from cli.drill import isolated
from cli.drill.room import Finding, Room


def drill(room: Room) -> Finding:
    return isolated.drill(
        room,
        {"crash": "crashed"},
        how="the driver of an isolated bus reads address 0; meanwhile codes are shown and a "
        "neighbour tells five readings a second; lost_bulk_s is the victim's own longest silence",
    )
