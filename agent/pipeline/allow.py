"""``allow``: a scanned code opens a door, or does not, and either is on record.

For each ``code_scanned`` it yields the event itself, then ``access_granted`` or ``access_denied``,
then, when granted, the command that opens: a pulse of an output or a lock's own action, dead after
five seconds since nobody stands there any more.  All of it is decided in memory; the disk is not
waited for.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len

from agent.model.messages import Command, Event, Message
from agent.model.time import Stamp
from agent.pipeline.base import Post
from agent.pipeline.codes import Code, CodeList, WithoutClock
from agent.pipeline.judge import Judge, Reason, Verdict

_SECOND = 1_000_000_000
TTL_NS = 5 * _SECOND
"""GB 50396-2007, 5.1.3, wants an answer within 2 s; after five the person has tried again."""

_REMEMBERED = 256  # codes shown lately; more than people can show within ``again_s``


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowOptions:
    """``door`` is the name on record; ``target`` the device and ``channel`` the output that open.

    ``action``: "pulse" an output that holds a lock, for ``pulse_ms``; "open" a lock that does the
    rest itself.

    A code shown again within ``again_s`` of its last showing opens nothing: readers repeat what
    is held in front of them.
    """

    door: Annotated[str, Len(1, 64)]
    target: str
    channel: Annotated[int, Interval(ge=1, le=255)] = 1
    action: Literal["pulse", "open"] = "pulse"
    pulse_ms: Annotated[int, Interval(ge=50, le=60_000)] = 500
    codes: tuple[Code, ...] = ()
    without_clock: WithoutClock = "deny"
    again_s: Annotated[float, Interval(ge=0, le=60)] = 2.0


class Allow:
    def __init__(self, stage: str, options: AllowOptions, judge: Judge) -> None:
        self._stage, self._options, self._judge = stage, options, judge
        self._again_ns = int(options.again_s * _SECOND)
        self._shown: OrderedDict[str, Stamp] = OrderedDict()

    def __call__(self, message: Message, /) -> Sequence[Message]:
        if not isinstance(message, Event) or message.kind != "code_scanned":
            return (message,)
        verdict = self._judge(message)
        if self._again(message):
            verdict = Verdict(Reason.REPEAT, verdict.credential)
        if verdict.reason is not Reason.OK:
            return (message, self._conclusion("access_denied", message, verdict))
        return (
            message,
            self._conclusion("access_granted", message, verdict),
            self._opening(message.at),
        )

    def _again(self, shown: Event) -> bool:
        code = f"{shown.device} {shown.data.get('code_sha256')}"
        before = self._shown.pop(code, None)
        self._shown[code] = shown.at
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        if before is None or before.boot != shown.at.boot:
            return False
        return shown.at.mono_ns - before.mono_ns < self._again_ns

    def _conclusion(self, kind: str, shown: Event, verdict: Verdict) -> Event:
        return Event(
            device=shown.device,
            at=shown.at,
            kind=kind,
            data={
                "door": self._options.door,
                "credential": verdict.credential,
                "reason": verdict.reason.value,
            },
            point=shown.point,
            by=self._stage,
        )

    def _opening(self, at: Stamp) -> Command:
        options = self._options
        length = {"ms": options.pulse_ms} if options.action == "pulse" else {}
        return Command(
            id=f"{self._stage}-{at.boot[:8]}-{at.mono_ns}",
            target=self._options.target,
            action=options.action,
            at=at,
            ttl_ns=TTL_NS,
            args={"channel": options.channel, **length},
            by=self._stage,
        )


def build(post: Post) -> Allow:
    options: AllowOptions = post.options
    judge = CodeList(options.codes, options.without_clock, post.timezone)
    return Allow(post.stage, options, judge)
