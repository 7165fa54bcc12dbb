"""What the journal remembers of the time before this start; read once, while it is opened."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from agent.model.forms import BadLine, from_line
from agent.model.kinds import SEEN, URGENT
from agent.model.messages import Event
from agent.store.database import Database
from agent.store.schema import judged

TAIL = 4_096
"""Urgent rows looked at for commands without a result: a day of a busy gate, read in a blink."""

ACCEPTED = "command_accepted"
RESULTS = ("command_done", "command_failed", "command_expired", "command_unknown")


class Unfinished(NamedTuple):
    """A command that was accepted, and whose result nobody told."""

    id: str
    target: str
    action: str


class Told(NamedTuple):
    """An anchor, as ``Clock.resume`` wants it: UTC is monotonic time plus ``offset_ns``."""

    source: str
    offset_ns: int
    mono_ns: int  # when it was told


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """``anchor`` is the latest of ``boot``."""

    boot: str = ""
    floor_ns: int = 0
    anchor: Told | None = None
    commands: tuple[Unfinished, ...] = ()
    seen: tuple[Event, ...] = ()  # by cameras, oldest first


def remember(db: Database, boot: str) -> Past:
    """Refused, Corrupt."""
    with judged():
        floor = db.state("floor_ns")
        return Past(
            boot=boot,
            floor_ns=floor if isinstance(floor, int) else 0,
            anchor=_anchor(db, boot),
            commands=_unfinished(db),
            seen=tuple(_seen(db)),
        )


def _anchor(db: Database, boot: str) -> Told | None:
    found = db.link.execute(
        "SELECT source, offset_ns, mono_ns FROM anchor JOIN boot ON boot.id = anchor.boot"
        " WHERE boot.boot = ? ORDER BY mono_ns DESC LIMIT 1",
        (boot,),
    ).fetchone()
    return None if found is None else Told(*found)


def _unfinished(db: Database) -> tuple[Unfinished, ...]:
    """A repeat that was refused while its first was still under way is no result of it."""
    found = db.link.execute(
        "SELECT kind, payload FROM urgent WHERE seq > ? AND kind IN (?,?,?,?,?) ORDER BY seq",
        (db.numbers.last(URGENT) - TAIL, ACCEPTED, *RESULTS),
    )
    open_: dict[str, Unfinished] = {}
    for kind, payload in found:
        try:
            told = json.loads(payload)
            data = told["data"]
            who = Unfinished(str(data["id"]), str(told["device"]), str(data["action"]))
        except (ValueError, KeyError, TypeError):
            continue  # the disk has changed it: nothing is known of that one
        if kind == ACCEPTED:
            open_[who.id] = who
        elif data.get("reason") != "duplicate":
            open_.pop(who.id, None)
    return tuple(open_.values())


def _seen(db: Database) -> Iterator[Event]:
    marks = ",".join("?" * len(SEEN))
    found = db.link.execute(
        f"SELECT payload FROM urgent WHERE seq > ? AND kind IN ({marks}) ORDER BY seq",  # noqa: S608
        (db.numbers.last(URGENT) - TAIL, *SEEN),
    )
    for (payload,) in found:
        try:
            message = from_line(json.loads(payload))
        except (ValueError, BadLine):
            continue  # the disk has changed it
        if isinstance(message, Event):
            yield message
