"""Passages, days and entries as people and scripts read them.  Plates are masked, unless told."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.model.plates import masked
from agent.model.time import utc_text
from agent.store.audit import Entry
from agent.store.desk import Kept

MOST_DAYS = 1_096  # of a hold: a case that is open for longer is held anew
MOST_CASE = 64  # characters of a case's number
_DAY_NS = 86_400 * 10**9


def plain(kept: Kept, *, reveal: bool) -> dict[str, object]:
    return {
        "passage": kept.passage,
        "camera": kept.camera,
        "utc": utc(kept.utc_ns),
        "boot": kept.boot,
        "mono_ns": kept.mono_ns,
        "plate": plate(kept, reveal=reveal),
        "direction": kept.direction,
        "expires": utc(kept.expires_ns),
        "pictures": [
            {"role": each.role, "sha256": each.sha256, "bytes": each.bytes}
            for each in kept.pictures
        ],
        "holds": [{"case": hold.case_no, "until": utc(hold.until_ns)} for hold in kept.holds],
    }


def line(kept: Kept, zone: str, *, reveal: bool) -> str:
    size = sum(each.bytes for each in kept.pictures) // 1024
    taken, shown = local(kept.utc_ns, zone), plate(kept, reveal=reveal) or "无牌 none"
    held = "".join(f" [{hold.case_no} → {local(hold.until_ns, zone)}]" for hold in kept.holds)
    term = "" if kept.holds else f" → {local(kept.expires_ns, zone)}"
    return f"{kept.passage}  {taken}  {shown}  {kept.direction}  {size} KB{term}{held}"


def plate(kept: Kept, *, reveal: bool) -> str | None:
    if kept.plate is None or reveal:
        return kept.plate
    return masked(kept.plate)


def plain_entry(entry: Entry) -> dict[str, object]:
    return {
        "n": entry.n,
        "utc": utc(entry.utc_ns),
        "boot": entry.boot,
        "mono_ns": entry.mono_ns,
        "who": entry.who,
        "by": entry.by,
        "action": entry.action,
        "why": entry.why,
        "what": _read(entry.what),
        "hash": entry.hash,
    }


def line_of_entry(entry: Entry, zone: str) -> str:
    by = f" {entry.by}" if entry.by else ""
    why = f" · {entry.why}" if entry.why else ""
    when = local(entry.utc_ns, zone)
    return f"{entry.n}  {when}  {entry.who}{by}  {entry.action} {entry.what}{why}"


def utc(utc_ns: int | None) -> str | None:
    return None if utc_ns is None else utc_text(utc_ns)


def local(utc_ns: int | None, zone: str) -> str:
    """To the minute, in the site's time zone."""
    if utc_ns is None:
        return "时间未知 time unknown"
    return f"{datetime.fromtimestamp(utc_ns / 1e9, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def end_of(day: str, zone: str, now_ns: int | None) -> int:
    """The end of a day such as 2026-12-31 at the site, UTC in nanoseconds.  ``now_ns`` None: the
    box does not know the time.  ValueError says what is wrong."""
    try:
        after = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError) as why:
        raise ValueError(f"{day}: 写成 2026-12-31 这样 / write it as 2026-12-31") from why
    end_ns = int(datetime.combine(after, time(), ZoneInfo(zone)).timestamp()) * 10**9
    if now_ns is not None and not now_ns < end_ns <= now_ns + (MOST_DAYS + 1) * _DAY_NS:
        raise ValueError(
            f"{day}: 须在今天之后，{MOST_DAYS} 天之内 / not past, and within {MOST_DAYS} days"
        )
    return end_ns


def case(number: str) -> str:
    """ValueError."""
    if not 0 < len(number) <= MOST_CASE or not number.isprintable():
        raise ValueError(
            f"案号最多 {MOST_CASE} 个字符 / a case number has {MOST_CASE} characters at most"
        )
    return number


def _read(what: str) -> object:
    try:
        told: object = json.loads(what or "null")
    except ValueError:
        return what
    return told
