"""Will the box know the time after a power cut, and does it know it now?"""

import ctypes
import time
from collections.abc import Iterator
from pathlib import Path

import agent
from cli.checks.finding import Finding, Verdict, fine, skipped
from cli.checks.host import Host

_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_TIMEX_BYTES = 256  # more than any struct timex


def moments(host: Host) -> Iterator[Finding]:
    yield _rtc(host)
    yield _synchronised()
    yield plausible(time.time(), _built())


def _rtc(host: Host) -> Finding:
    names = [
        host.text(f"/sys/class/rtc/{path.name}/name") for path in host.glob("/sys/class/rtc/*")
    ]
    if names:
        what = ", ".join(name or "rtc" for name in names)
        return fine("rtc", f"有硬件时钟：{what}", f"there is a hardware clock: {what}")
    return Finding(
        check="rtc",
        verdict=Verdict.WARN,
        zh="没有硬件时钟：断电后要等平台或局域网校时",
        en="no hardware clock: after a power cut the time waits for the platform or the LAN",
        todo_zh="需要断网时仍按时段放行，请加装 DS3231 等时钟模块",
        todo_en="add one (DS3231) if time windows must hold while offline",
    )


def _synchronised() -> Finding:
    """Only asks: modes = 0 changes nothing."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if state < 0:
        return skipped("clock", "内核不答复 adjtimex", "the kernel does not answer adjtimex")
    if state != _TIME_ERROR:
        return fine("clock", "系统时钟已同步", "the system clock is synchronised")
    return Finding(
        check="clock",
        verdict=Verdict.WARN,
        zh="系统时钟未同步",
        en="the system clock is not synchronised",
        todo_zh="局域网有校时服务器时，填入 [clock] ntp 和 chrony",
        todo_en="name the LAN's time server in [clock] ntp and in chrony, if there is one",
    )


def plausible(now: float, built: float) -> Finding:
    """A clock before the day this software was made is wrong, whoever set it; Unix seconds."""
    if now >= built:
        return fine("date", "日期合理", "the date can be true")
    day = time.strftime("%Y-%m-%d", time.gmtime(now))
    return Finding(
        check="date",
        verdict=Verdict.BAD,
        zh=f"系统日期 {day} 早于软件生成日期",
        en=f"the date {day} is before this software was made",
        todo_zh="校正系统时间：date -s，或接入网络等待校时",
        todo_en="set the clock (date -s), or let it find a time server",
    )


def _built() -> float:
    """When the agent's files were made, as far as their times tell."""
    return Path(agent.__file__).stat().st_mtime
