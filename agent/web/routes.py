"""What one may ask of the health socket."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from agent.web import metrics
from agent.web.health import Answer, Routes
from agent.web.plain import Plain, to_plain
from agent.web.readiness import Reason, alive, notes, ready, well
from agent.web.snapshot import Snapshot

JSON = "application/json; charset=utf-8"


Tapes = Mapping[str, Callable[[], Iterable[Plain]]]
"""By bus: what was said on it, one line each; asking keeps the tape running."""


def routes(snapshot: Callable[[], Snapshot], tapes: Tapes | None = None) -> Routes:
    """``snapshot`` is called once per request."""
    render = metrics.exposition(snapshot)
    return {
        "/healthz": lambda: _verdict(alive(snapshot())),
        "/readyz": lambda: _verdict(ready(snapshot())),
        "/metrics": lambda: Answer(200, metrics.CONTENT_TYPE, render()),
        "/status": lambda: _json(200, status(snapshot())),
        **{f"/wire/{bus}": partial(_lines, tape) for bus, tape in (tapes or {}).items()},
    }


def status(now: Snapshot) -> Plain:
    """/status: the verdict, then the whole snapshot."""
    reasons = well(now)
    return {
        "well": not reasons,
        "reasons": to_plain(reasons),
        "notes": to_plain(notes(now)),
        **to_plain(now),
    }


def _lines(tape: Callable[[], Iterable[Plain]]) -> Answer:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in tape())
    return Answer(200, JSON, text.encode())


def _verdict(against: Sequence[Reason]) -> Answer:
    body = {"ok": not against, "reasons": to_plain(tuple(against))}
    return _json(503 if against else 200, body)


def _json(code: int, body: Plain) -> Answer:
    return Answer(code, JSON, json.dumps(body, ensure_ascii=False).encode() + b"\n")
