"""Logs of the process: one line per record, on stderr, for a person or for a machine.

A terminal gets words, everything else JSON lines; ``LINLI_LOG=text|json`` decides it otherwise.
Under systemd each line begins with ``<N>``, its priority (sd-daemon(3)), so that
``journalctl -p warning`` works.  Times are CLOCK_BOOTTIME: the box may not know any other.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Mapping
from typing import TextIO

MOST = 8192  # bytes of a line; journald cuts at 48 KiB, and a card has better things to store
_CUT = "…"
_TAIL = 3000  # characters of a traceback kept, its end: there stands what went wrong

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up(
    level: int = logging.INFO,
    stream: TextIO | None = None,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Send all logs to ``stream`` (stderr).  Called once, by whoever starts the process."""
    out = stream if stream is not None else sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(_formatter(out, environ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)


def _formatter(stream: TextIO, environ: Mapping[str, str]) -> logging.Formatter:
    wanted = environ.get("LINLI_LOG", "")
    as_text = wanted == "text" or (wanted != "json" and stream.isatty())
    return Lines(as_text=as_text, prefixed=_is_journal(stream, environ.get("JOURNAL_STREAM", "")))


def _is_journal(stream: TextIO, named: str) -> bool:
    """systemd.exec(5): JOURNAL_STREAM is ``device:inode`` of the stream journald reads."""
    try:
        stat = os.fstat(stream.fileno())
    except (OSError, ValueError):  # a stream without a file behind it
        return False
    return named == f"{stat.st_dev}:{stat.st_ino}"


class Lines(logging.Formatter):
    """One record, one line of at most ``MOST`` bytes."""

    def __init__(self, *, as_text: bool, prefixed: bool) -> None:
        super().__init__()
        self._render = _text if as_text else _json
        self._prefixed = prefixed

    def format(self, record: logging.LogRecord) -> str:
        line = self._render(record)
        return f"<{_priority(record.levelno)}>{line}" if self._prefixed else line


def _text(record: logging.LogRecord) -> str:
    extras = "".join(f" {name}={value}" for name, value in _extras(record).items())
    head = f"{record.levelname:<7} {record.name}: {record.getMessage()}{extras}"
    trace = _trace(record)
    line = f"{_boottime():10.3f} {head}" + (f" | {trace}" if trace else "")
    return _bounded(" ⏎ ".join(line.splitlines()), MOST)


def _json(record: logging.LogRecord) -> str:
    fields: dict[str, object] = {
        "t": round(_boottime(), 6),
        "level": record.levelname.lower(),
        "logger": record.name,
        "msg": _bounded(record.getMessage(), MOST // 2),
        **_extras(record),
    }
    if trace := _trace(record):
        fields["error"] = trace
    line = json.dumps(fields, ensure_ascii=False, default=str)
    if len(line.encode(errors="replace")) <= MOST:
        return line
    fields["msg"] = _bounded(record.getMessage(), MOST // 8)
    kept = {name: fields[name] for name in ("t", "level", "logger", "msg")}
    return json.dumps({**kept, "cut": True}, ensure_ascii=True)


def _boottime() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    """What was given as ``extra=``."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info:
        return ""
    return logging.Formatter().formatException(record.exc_info)[-_TAIL:]


def _bounded(text: str, most: int) -> str:
    data = text.encode(errors="replace")
    if len(data) <= most:
        return text
    return data[: most - len(_CUT.encode())].decode(errors="ignore") + _CUT


def _priority(level: int) -> int:
    """syslog(3): 2 critical, 3 error, 4 warning, 6 info, 7 debug."""
    for least, priority in ((50, 2), (40, 3), (30, 4), (20, 6)):
        if level >= least:
            return priority
    return 7
