"""Locks of Linli's open lock profile (docs/open-lock-profile.md): ESP32, Nordic, or any other.

The lock proves itself before it is told anything, and only what it then says is believed: neither
its advertisements nor its nearness mean anything.  A command has the same ``cmd_id`` however often
it is sent, so that a retry after a lost link moves nothing twice.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from annotated_types import Interval, MaxLen, MinLen, Predicate

from agent.drivers.arguments import channel_of
from agent.drivers.base import Model, Radio, Refused, Seat
from agent.drivers.codecs import open_lock_words as words
from agent.drivers.codecs.open_lock_session import KEY, LOCK_ID, Pair
from agent.drivers.codecs.open_lock_words import Bolt, Op, Reply, Status
from agent.drivers.key_files import read_key
from agent.drivers.radio.open_lock_talk import (
    ANSWER_S,
    FROM_LOCK,
    MOTION_S,
    VALID_MS,
    Mail,
    Random,
    Talk,
    Untrusted,
    meet,
)
from agent.line.asking import Manners
from agent.line.radio import Gatt
from agent.model.messages import Command, Event, Fields, Message, Reading
from agent.model.time import Now, Stamp, TimeQuality

_OPS = {"open": Op.UNLOCK, "lock": Op.LOCK, "query": Op.STATE}
_WANTED = {Op.UNLOCK: Bolt.UNLOCKED, Op.LOCK: Bolt.LOCKED}
_KINDS = {Bolt.UNLOCKED: "lock_opened", Bolt.LOCKED: "lock_closed"}
_NO = {
    Status.EXPIRED: "it came too late 指令到达时已过期",
    Status.UNSUPPORTED: "the lock cannot do that 门锁不支持",
    Status.JAMMED: "the bolt is jammed 锁舌卡住",
    Status.BUSY: "the bolt is moving 锁正在动作",
    Status.WEAK: "its battery is too low 门锁电量不足",
}
_SKEW_S = 60  # of a lock's clock, beside its own count of the time since CHALL
MOST_HOLD_S = 600
MOST_GRANT = 128  # bytes, docs/open-lock-profile.md
_MOST_OWED = 8


def _is_hex(text: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLockOptions:
    """``key_file``: 32 bytes or 64 hexadecimal digits.  ``every_s``: how often it is looked at."""

    key_file: Path | None = None
    lock_id: Annotated[str, MinLen(16), MaxLen(16), Predicate(_is_hex)] | None = None
    kid: Annotated[int, Interval(ge=0, le=65535)] = 1
    every_s: Annotated[int, Interval(ge=60, le=86_400)] = 3600


class OpenLock:
    """``random(n)``: n fresh random bytes."""

    def __init__(self, seat: Seat, random: Random = os.urandom) -> None:
        options = seat.options if isinstance(seat.options, OpenLockOptions) else OpenLockOptions()
        self._seat, self._random = seat, random
        self.every: Final = float(options.every_s)
        self._pair = _pair(options)
        self._known: Bolt | None = None
        self._boot = self._failed = 0
        self._owed = list[Message]()  # what a refusal could not carry; told by the next verb

    async def act(self, line: Gatt, command: Command, now: Now) -> Iterable[Message]:
        op = _OPS.get(command.action)
        if op is None:
            raise Refused(f"a lock cannot {command.action} 门锁没有这个动作")
        args = _arguments(op, command)
        dies_ns = command.at.mono_ns + command.ttl_ns
        try:
            reply = await self._ask(line, op, _cmd_id(command), args, dies_ns, now)
            told = self._told(reply, now(), "command" if op in _WANTED else "query", always=True)
            if op in _WANTED:
                self._judge(op, reply, told)
        except Refused as no:
            no.messages = tuple(self._paid())
            raise
        return [*self._paid(), *told]

    async def poll(self, line: Gatt, now: Now) -> Iterable[Message]:
        dies_ns = now().mono_ns + VALID_MS * 10**6 + int(ANSWER_S * 10**9)
        try:
            reply = await self._ask(line, Op.STATE, self._random(words.CMD_ID), b"", dies_ns, now)
        except Untrusted:
            return self._paid()
        return [*self._paid(), *self._told(reply, now(), "poll", always=False)]

    async def _ask(
        self, line: Gatt, op: Op, cmd_id: bytes, args: bytes, dies_ns: int, now: Now
    ) -> Reply:
        if isinstance(self._pair, Refused):
            raise Refused(str(self._pair))
        try:
            async with line.notices(FROM_LOCK) as heard:
                talk = await meet(line, Mail(line, heard), self._pair, self._random, now)
                self._recognise(talk)
                return await talk.order(op, cmd_id, args, dies_ns, _not_after(now(), dies_ns))
        except Untrusted as no:
            self._owe(self._event("lock_untrusted", now(), {"reason": no.why}))
            raise

    def _recognise(self, talk: Talk) -> None:
        """A boot counter never runs backwards: this would be a copy, or flash put back."""
        if talk.boot < self._boot:
            raise Untrusted("boot_counter")
        if talk.boot > self._boot:
            self._failed = 0 if self._boot else -1
        self._boot = talk.boot

    def _judge(self, op: Op, reply: Reply, told: list[Message]) -> None:
        """Done is what the lock says of its bolt, not that it has taken the command."""
        if reply.status in (Status.DONE, Status.DUPLICATE) and reply.bolt is _WANTED[op]:
            return
        for message in told:
            self._owe(message)
        if reply.status is Status.JAMMED:
            self._owe(self._event("fault_reported", told[0].at, {"fault": "jammed"}))
        again = "it was done before, and the bolt has moved since 指令已执行过，锁舌状态已变"
        raise Refused(_NO.get(reply.status, again))

    def _told(self, reply: Reply, at: Stamp, source: str, *, always: bool) -> list[Message]:
        messages = list[Message]()
        kind = _KINDS.get(reply.bolt)
        if kind and (always or reply.bolt is not self._known):
            messages.append(self._event(kind, at, {"channel": 1, "source": source}))
        self._known = reply.bolt
        if reply.battery is not None:
            messages.append(self._battery(reply.battery, at))
        if 0 <= self._failed < reply.failed:
            messages.append(self._event("fault_reported", at, {"fault": "failed_proofs"}))
        self._failed = reply.failed
        return messages

    def _battery(self, percent: int, at: Stamp) -> Reading:
        device, point = self._seat.device, self._seat.point
        return Reading(device=device, at=at, quantity="battery", value=float(percent), point=point)

    def _event(self, kind: str, at: Stamp, data: Fields) -> Event:
        device, point = self._seat.device, self._seat.point
        return Event(device=device, at=at, kind=kind, data=data, point=point)

    def _owe(self, message: Message) -> None:
        self._owed = [*self._owed, message][-_MOST_OWED:]

    def _paid(self) -> list[Message]:
        owed, self._owed = self._owed, []
        return owed


def _pair(options: OpenLockOptions) -> Pair | Refused:
    try:
        key = read_key(options.key_file, KEY)
    except Refused as no:
        return no
    if options.lock_id is None:
        return Refused("no lock_id is configured 没有配置 lock_id")
    lock_id = bytes.fromhex(options.lock_id) if _is_hex(options.lock_id) else b""
    if len(lock_id) != LOCK_ID:
        return Refused("lock_id must have 16 hexadecimal digits lock_id 应为 16 位十六进制数")
    return Pair(key=key, kid=options.kid, lock_id=lock_id)


def _cmd_id(command: Command) -> bytes:
    """The same for each try of one command, after a restart of the box as well."""
    return hashlib.sha256(b"linli command " + command.id.encode()).digest()[: words.CMD_ID]


def _not_after(at: Stamp, dies_ns: int) -> int:
    """Unix seconds for a lock with a clock; 0 while the box does not know the time for certain."""
    if at.utc_ns is None or at.tq is not TimeQuality.TRUSTED:
        return 0
    return min((at.utc_ns + dies_ns - at.mono_ns) // 10**9 + _SKEW_S, 0xFFFFFFFF)


def _arguments(op: Op, command: Command) -> bytes:
    if "channel" in command.args:
        channel_of(command, 1)
    given = list[tuple[words.Arg, bytes]]()
    hold, grant = command.args.get("hold_s"), command.args.get("grant")
    if hold is not None:
        if type(hold) is not int or not 1 <= hold <= MOST_HOLD_S or op is not Op.UNLOCK:
            raise Refused(
                f"hold_s is 1 to {MOST_HOLD_S}, to open 保持时间应为 1 至 {MOST_HOLD_S} 秒"
            )
        given.append(words.hold(hold))
    if grant is not None:
        given.append((words.Arg.GRANT, _grant(op, grant)))
    return words.arguments(given)


def _grant(op: Op, told: object) -> bytes:
    """Hexadecimal; the lock judges it."""
    if op is Op.STATE or not isinstance(told, str) or not _is_hex(told) or len(told) % 2:
        raise Refused("grant is hexadecimal, to open or lock 授权应为十六进制数")
    if not 1 <= len(told) // 2 <= MOST_GRANT:
        raise Refused(f"a grant has 1 to {MOST_GRANT} bytes 授权应为 1 至 {MOST_GRANT} 字节")
    return bytes.fromhex(told)


MODEL = Model(
    name="open-lock",
    build=OpenLock,
    options=OpenLockOptions,
    zh="开放锁协议门锁（蓝牙）",
    en="lock of the open lock profile (Bluetooth LE)",
    manners=Manners(patience=2.0, attempts=1),
    needs_address=True,
    urgent=True,
    protocol="open_lock",
    measures=("battery",),
    tells=("lock_opened", "lock_closed", "lock_untrusted", "fault_reported"),
    does=("open", "lock", "query"),
    longest=2 * ANSWER_S + MOTION_S,
    radio=Radio(link="demand"),
)
