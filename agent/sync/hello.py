"""What the box says of itself: docs/protocol.md, section 4."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.model.time import Stamp, utc_text

_MS = 1_000_000


class Head(Protocol):
    """One epoch of one stream, as the journal tells it (agent.store)."""

    @property
    def epoch(self) -> int: ...

    @property
    def first(self) -> int:
        """The epoch's first number."""
        ...

    @property
    def last(self) -> int:
        """The highest that was given."""
        ...

    @property
    def cursor(self) -> int:
        """The lowest that is still to come by itself."""
        ...


Heads = Mapping[str, Sequence[Head]]
"""By stream: older epochs of which something is still to come, and the epoch in use as the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """``agent``: its version.  ``config``: the first digits of the configuration's digest."""

    agent: str
    config: str


def hello(gateway: str, run: str, nonce: str, about: About, at: Stamp, heads: Heads) -> bytes:
    """``run`` is new at each start of the process, ``nonce`` at each hello."""
    told = {
        "v": 1,
        "gateway": gateway,
        "run": run,
        "boot": at.boot,
        "mono_ms": at.mono_ns // _MS,
        "nonce": nonce,
        "agent": about.agent,
        "config": about.config,
        "utc": None if at.utc_ns is None else utc_text(at.utc_ns),
        "tq": at.tq.value,
        "streams": {stream: [_head(one) for one in some] for stream, some in heads.items()},
    }
    return _json(told)


def presence(run: str, *, online: bool) -> bytes:
    """The retained state; with ``online`` false it is the will."""
    return _json({"v": 1, "online": online, "run": run})


def _head(head: Head) -> dict[str, int]:
    return {"epoch": head.epoch, "first": head.first, "last": head.last, "cursor": head.cursor}


def _json(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()
