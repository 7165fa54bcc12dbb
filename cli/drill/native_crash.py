"""Of an isolated bus: a driver that crashes the interpreter."""

from typing import NoReturn

from cli.drill.room import Cannot, Room


def drill(room: Room) -> NoReturn:
    raise Cannot(f"worker processes are not built yet; nothing was done in {room.directory.name}")
