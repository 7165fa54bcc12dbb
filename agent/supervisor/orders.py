"""A command and what became of it, as events: accepted, then done, failed, expired or unknown."""

import asyncio

from agent.drivers.base import Refused
from agent.line.asking import NoAnswer
from agent.links.base import LinkDown
from agent.model.messages import Command, Event, Value
from agent.model.time import Now
from agent.supervisor.driver import Broke
from agent.supervisor.hands import Hands, NotAtRest, TooLate
from agent.supervisor.presence import Emit

MOST_TEXT = 120  # characters of a device's refusal that are kept

_EXPIRED: tuple[str, dict[str, str]] = ("command_expired", {})

_REASONS: dict[type[Exception], str] = {
    NoAnswer: "no_answer",
    LinkDown: "wire_down",
    Broke: "driver_broke",
    NotAtRest: "not_at_rest",
}


def seconds_left(command: Command, now: Now) -> float:
    """Until it is dead; 0 if it is, or comes from before the box was last started."""
    at = now()
    if at.boot != command.at.boot:
        return 0.0
    return max(0.0, (command.at.mono_ns + command.ttl_ns - at.mono_ns) / 1e9)


def tell(emit: Emit, now: Now, command: Command, kind: str, **more: Value) -> None:
    """The event that says what became of ``command``."""
    data: dict[str, Value] = {"id": command.id, "action": command.action, **more}
    emit(Event(device=command.target, at=now(), kind=kind, data=data))


async def obey(hands: Hands, command: Command, emit: Emit, now: Now) -> None:
    """Carry it out and tell the result as events; returns when that is known."""
    left = seconds_left(command, now)
    if not left:
        tell(emit, now, command, "command_expired")
        return
    if not command.accepted:
        tell(emit, now, command, "command_accepted")
    try:
        await hands.carry_out(command, left)
    except asyncio.CancelledError:
        tell(emit, now, command, "command_unknown")
        raise
    except TooLate as late:
        kind, more = ("command_failed", {"reason": "late"}) if late.sent else _EXPIRED
        tell(emit, now, command, kind, **more)
    except Refused as no:
        detail = str(no)[:MOST_TEXT]
        tell(emit, now, command, "command_failed", reason="refused", detail=detail)
    except tuple(_REASONS) as trouble:
        tell(emit, now, command, "command_failed", reason=_REASONS[type(trouble)])
    else:
        tell(emit, now, command, "command_done")
