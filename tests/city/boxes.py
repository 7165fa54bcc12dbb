"""What boxes send, made as the agent makes it or by hand."""

import json
import zlib
from typing import Any

from agent.model.messages import Quality, Reading
from agent.model.time import Stamp, TimeQuality
from agent.store import block as agent_block
from city import codec
from city.parcels import Hello, Parcel, Readings, Sealed, Span

BOOT, OTHER_BOOT = "6f1c77aa", "0badb007"
T0 = 81_250_000_000
OFFSET = 1_772_323_200 * 10**9


def readings(
    n: int, boot: str = BOOT, start_ns: int = T0, offset: int | None = OFFSET
) -> list[Reading]:
    """One second apart, of two devices in turn."""
    tq = TimeQuality.UNTRUSTED if offset is None else TimeQuality.TRUSTED
    found = []
    for each in range(n):
        mono_ns = start_ns + each * 10**9
        at = Stamp(boot, mono_ns, None if offset is None else mono_ns + offset, tq)
        noise = each % 2 == 0
        found.append(
            Reading(
                device="noise-1" if noise else "scale-1",
                point=None if noise else "waste-a",
                quantity="sound_level" if noise else "weight",
                value=40.5 + each if noise else each / 7,
                quality=Quality.SUSPECT if each % 5 == 4 else Quality.GOOD,
                at=at,
            )
        )
    return found


def block(first: int, n: int, *, gateway: str = "box-1", epoch: int = 1, boot: str = BOOT) -> bytes:
    """The numbers ``first`` …, each at its own time."""
    some = readings(n, boot, T0 + first * 10**9)
    return agent_block.encode(some, agent_block.Numbering(gateway, epoch, first))


def altered(payload: bytes, **fields: Any) -> bytes:  # noqa: ANN401  # whatever JSON holds
    """The same block with other fields; ``None`` for a name takes nothing away."""
    table = json.loads(zlib.decompress(payload))
    return packed(table | fields)


def packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value).encode())


def parcel(first: int, n: int, **of: Any) -> Readings | Sealed:  # noqa: ANN401  # as block takes them
    found = codec.block(of.get("gateway", "box-1"), block(first, n, **of))
    assert isinstance(found, Readings | Sealed)
    return found


def line(seq: int, kind: str = "weighing", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """An event's line; ``fields`` replace what stands there."""
    return {
        "type": "event",
        "device": "scale-1",
        "kind": kind,
        "data": {"weight": 3.24},
        "boot": BOOT,
        "mono_ns": T0 + seq,
        "utc": None,
        "tq": "untrusted",
        "gateway": "box-1",
        "stream": "urgent",
        "epoch": 1,
        "seq": seq,
    } | fields


def gap(seq: int, first: int, last: int, stream: str = "bulk") -> dict[str, Any]:
    return {
        "type": "gap",
        "first": first,
        "last": last,
        "reason": "budget",
        "boot": BOOT,
        "mono_ns": T0 + seq,
        "utc": None,
        "tq": "untrusted",
        "gateway": "box-1",
        "stream": stream,
        "epoch": 1,
        "record": {"stream": "urgent", "epoch": 1, "seq": seq},
    }


def text(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in lines)


def told(*lines: dict[str, Any]) -> list[Parcel]:
    return list(codec.lines("box-1", text(*lines)))


def hello(run: str = "run-1", nonce: str = "n-1", **streams: tuple[int, int, int, int]) -> Hello:
    """``bulk=(epoch, first, last, cursor)``."""
    spans = {
        name: [Span(epoch=epoch, first=first, last=last, cursor=cursor)]
        for name, (epoch, first, last, cursor) in streams.items()
    }
    return Hello(gateway="box-1", run=run, nonce=nonce, streams=spans)
