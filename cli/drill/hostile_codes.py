"""Phones show what should break a reader of codes: it is data, and it opens nothing."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cli.drill import seeing, texts
from cli.drill.acts import opens
from cli.drill.room import Finding, Room, doubled, events
from cli.world import Line, World

HELD_S = 2.5
SEEN_S = HELD_S + 1.2  # until the next one steps up
CONTROL_S = 5.0

_HALF = len(texts.RESIDENT) // 2
CODES: Mapping[str, bytes] = {
    "no utf-8": bytes(range(128, 168)),
    "half a character": "邻里".encode()[:5],
    "nul": texts.RESIDENT.encode() + b"\0",
    "line's end": texts.RESIDENT.encode() + b"\r\n",
    "sql": b"'; DROP TABLE records; --",
    "html": b'<script>alert(1)</script><img src=x onerror="alert(1)">',
    "ansi": b"\x1b[2J\x1b]0;opened\x07\x1b[31mopened\x1b[0m",
    "command": b'{"type":"command","target":"relay-1","action":"pulse","args":{"channel":1}}',
    "first half": b"]Q3SA:1/2:" + texts.RESIDENT[:_HALF].encode(),
    "second half": b"]Q3SA:2/2:" + texts.RESIDENT[_HALF:].encode(),
    "2900 bytes": bytes(33 + n % 90 for n in range(2900)),
    "empty": b"",
}
DIVIDED: Mapping[str, tuple[bytes, int]] = {
    "symbol 1 of 2": (texts.RESIDENT[:_HALF].encode(), 1),
    "symbol 2 of 2": (texts.RESIDENT[_HALF:].encode(), 2),
}
"""A code that opens, as structured append divides it: each symbol is a code of its own here."""

NEVER = ("2900 bytes", "empty")
"""May stay unread: modules of two pixels, and nothing to tell.  All others must be told."""


@dataclass(frozen=True, slots=True)
class _Seen:
    truth: list[Line]  # while hostile codes were shown
    doors: list[float]
    runs: int  # of the eyes
    code: int

    @property
    def opened(self) -> int:
        return sum(
            line.get("device") == texts.RELAY and line.get("what") == "on" for line in self.truth
        )


def drill(room: Room) -> Finding:
    seen = _suffer(room)
    records = room.records()
    told = Counter(
        line["data"]["code_sha256"]
        for line in events(records, "code_scanned")
        if line["device"] == seeing.DOOR
    )
    shown = {**CODES, **{name: content for name, (content, _) in DIVIDED.items()}}
    names = {sha256(code).hexdigest(): name for name, code in shown.items()}
    known = {*names, sha256(texts.RESIDENT.encode()).hexdigest()}
    due = [digest for digest, name in names.items() if name not in NEVER]
    missed = [names[digest] for digest in due if not told[digest]]
    invented = sum(count for digest, count in told.items() if digest not in known)
    twice = sum(max(0, told[digest] - 1) for digest in names) + doubled(records)
    granted = len(events(records, "access_granted"))
    return Finding(
        ok=not (missed or invented or twice or seen.opened)
        and max(seen.doors) < CONTROL_S
        and granted == len(seen.doors)
        and seen.runs == 1
        and seen.code == 0,
        sent=len(due) + len(seen.doors),
        arrived=len(due) - len(missed) + granted,
        lost_urgent=len(missed),
        bound_s=CONTROL_S,
        duplicated=twice,
        more={
            "shown": len(shown),
            "not_told": [name for digest, name in names.items() if not told[digest]],
            "nobody_showed": invented,
            "opened": seen.opened,
            "runs_of_the_eyes": seen.runs,
            "doors": len(seen.doors),
        },
        how="phones with bytes that are no text, SQL, HTML, ANSI, a command, a code that opens "
        "in halves and in two symbols of structured append, 2900 bytes and nothing at all; what is "
        "told has the hash of what was shown, the relay stays; before and after a resident's code "
        "opens at camera and reader",
    )


def _suffer(room: Room) -> _Seen:
    scenario = texts.scenario(more=seeing.phones(hold_s=HELD_S))
    with (
        room.world(scenario) as world,
        room.agent(seeing.watched(seeing.DOOR_CAMERA)) as agent,
        seeing.eyes(room) as eyes,
    ):
        seeing.looks(room)
        took = _controls(world)
        since = len(world.truth)
        for payload in CODES.values():
            text = payload.decode(errors="surrogateescape")  # as hwsim takes bytes
            world.tell(do="show", device=seeing.DOOR, code=text)
            time.sleep(SEEN_S)
        for _, part in DIVIDED.values():
            whole, parts = texts.RESIDENT, len(DIVIDED)
            world.tell(do="show", device=seeing.DOOR, code=whole, part=part, parts=parts)
            time.sleep(SEEN_S)
        truth = world.lines(since)
        took += _controls(world)
        runs = room.status()["eyes"]["runs"]
        code = eyes.stop() or agent.stop()
    return _Seen(truth, took, runs, code)


def _controls(world: World) -> list[float]:
    at_camera = opens(world, reader=seeing.DOOR, seconds=CONTROL_S)
    time.sleep(SEEN_S)  # the phone is put away
    at_reader = opens(world)
    time.sleep(1)
    return [each or 99.0 for each in (at_camera, at_reader)]
