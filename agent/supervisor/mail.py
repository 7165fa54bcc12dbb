"""What core and worker say to each other: JSON objects, one per frame.

=========  ==========  =====================================================================
who        ``t``       and
=========  ==========  =====================================================================
worker     ``hello``   nothing; again whenever the core was silent for long
worker     ``msg``     ``id`` (rising), ``m`` (as in docs/messages.md), ``utc_ns``, ``raw``
worker     ``beat``    ``lag`` (seconds, worst since the last), ``dropped``, ``state``
worker     ``bye``     nothing: its last word
core       ``time``    ``offset_ns``, ``tq``: what turns the worker's stamps into UTC
core       ``welcome`` ``core``: its name; a new one has nothing of what was sent before
core       ``ack``     ``ids``: durable in the core
core       ``act``     ``command``, ``utc_ns``
core       ``stop``    nothing
=========  ==========  =====================================================================

``raw`` is what was shown to a reader (hex).  It crosses to the core, which judges it, over a
socket that only we can enter, and is stored on neither side.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.model.forms import BadLine, from_line, to_line
from agent.model.messages import Command, Event, Message, Quality, Reading
from agent.model.time import Stamp, TimeQuality
from agent.supervisor.state import BusState, DeviceState

Letter = Mapping[str, Any]


class BadMail(ValueError):
    """The other side said what cannot be: a driver's bug, or a worker of another version."""


def write(kind: str, **fields: object) -> bytes:
    """TypeError, ValueError for what JSON cannot say."""
    return json.dumps({"t": kind, **fields}, separators=(",", ":")).encode()


def read(frame: bytes) -> Letter:
    try:
        letter = json.loads(frame)
    except ValueError as why:
        raise BadMail(str(why)) from why
    if not isinstance(letter, dict) or not isinstance(letter.get("t"), str):
        raise BadMail("no letter")
    return letter


def pack(message: Message) -> dict[str, object]:
    """Everything of a message; ``m`` alone would round UTC and lack what is never published."""
    packed: dict[str, object] = {"m": to_line(message), "utc_ns": message.at.utc_ns}
    if isinstance(message, Event) and message.raw:
        packed["raw"] = message.raw.hex()
    if isinstance(message, Command):
        packed["accepted"] = message.accepted
    if isinstance(message, Reading) and not math.isfinite(message.value):
        packed["m"] = to_line(replace(message, value=0.0))  # no line can say what it was
        packed["value"] = str(message.value)
    return packed


def unpack(letter: Letter) -> Message:
    """BadMail."""
    try:
        message = from_line(letter["m"])
        at = replace(message.at, utc_ns=letter["utc_ns"])
        if isinstance(message, Event):
            return replace(message, at=at, raw=bytes.fromhex(letter.get("raw", "")))
        if isinstance(message, Command):
            return replace(message, at=at, accepted=bool(letter.get("accepted")))
        if "value" in letter:
            return replace(message, at=at, value=float(letter["value"]))
        return replace(message, at=at)
    except (BadLine, KeyError, TypeError, ValueError) as why:
        raise BadMail(str(why)) from why


def unpack_command(letter: Letter) -> Command:
    message = unpack(letter)
    if not isinstance(message, Command):
        raise BadMail("no command")
    return message


def pack_state(state: BusState) -> dict[str, object]:
    return {
        "up": state.up,
        "tried": state.tried,
        "opened": state.opened,
        "line": dict(state.line),
        "devices": [_pack_device(device) for device in state.devices],
    }


def _pack_device(state: DeviceState) -> dict[str, object]:
    return {
        "device": state.device,
        "driver": state.driver,
        "heard": _pack_stamp(state.last_heard),
        "last": [[r.quantity, r.value, r.quality, _pack_stamp(r.at)] for r in state.last.values()],
        "readings": state.readings,
        "events": state.events,
        "polls": state.polls,
        "misses": state.misses,
        "refusals": state.refusals,
        "broke": state.broke,
    }


def unpack_state(packed: Letter, base: BusState) -> BusState:
    """``base`` with what the worker told.  BadMail."""
    try:
        return replace(
            base,
            up=bool(packed["up"]),
            tried=bool(packed["tried"]),
            opened=int(packed["opened"]),
            line={str(name): int(count) for name, count in packed["line"].items()},
            devices=tuple(_unpack_device(device) for device in packed["devices"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        raise BadMail(str(why)) from why


def _unpack_device(packed: Letter) -> DeviceState:
    device = str(packed["device"])
    return DeviceState(
        device=device,
        driver=str(packed["driver"]),
        last_heard=_unpack_stamp(packed["heard"]),
        last={row[0]: _unpack_last(device, row) for row in packed["last"]},
        readings=int(packed["readings"]),
        events=int(packed["events"]),
        polls=int(packed["polls"]),
        misses=int(packed["misses"]),
        refusals=int(packed["refusals"]),
        broke=int(packed["broke"]),
    )


def _unpack_last(device: str, row: list[Any]) -> Reading:
    quantity, value, quality, at = row
    stamp = _unpack_stamp(at)
    if stamp is None:
        raise BadMail("a reading without a time")
    return Reading(
        device=device, at=stamp, quantity=quantity, value=value, quality=Quality(quality)
    )


def _pack_stamp(at: Stamp | None) -> list[object] | None:
    return None if at is None else [at.boot, at.mono_ns, at.utc_ns, at.tq.value]


def _unpack_stamp(packed: list[Any] | None) -> Stamp | None:
    if packed is None:
        return None
    boot, mono_ns, utc_ns, quality = packed
    return Stamp(boot, mono_ns, utc_ns, TimeQuality(quality))
