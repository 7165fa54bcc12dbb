"""From the bytes of a file to a table, past the mistakes that people make in an editor.

tomllib stops at the first mistake.  A person wants to see them all, so a line that it refuses is
torn out, its key remembered as broken, and the rest is read again.
"""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from agent.config.faults import Key, Notes
from agent.config.locate import locate

MOST_BYTES = 2**20  # a configuration of 500 devices has a tenth of it
MOST_TORN = 20  # more wrong lines than that are a wrong file

_TORN = "\0torn "  # no key of a person's file has this value
_KEY = re.compile(r"\s*(?P<key>[A-Za-z0-9_.-]+)\s*[=＝:：\s]")
_PLACE = re.compile(r"\(at line (?P<line>\d+), column \d+\)")
_FULL_WIDTH = re.compile("[“”‘’＝，［］｛｝：＃]")


@dataclass(frozen=True, slots=True)
class Read:
    """``text`` is what ``table`` was read from: line by line the person's file."""

    text: str
    table: dict[str, Any]


def decode(data: bytes, notes: Notes) -> str:
    """Text with ``\\n`` as line ends.  What Notepad adds (BOM, CRLF) is no mistake."""
    if len(data) > MOST_BYTES:
        notes.stop((), "too_big", most=MOST_BYTES)
        return ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        notes.add((), "not_utf8", line=data.count(b"\n", 0, error.start) + 1)
        text = data.decode("gb18030", errors="replace")  # what old Notepad calls ANSI
    return text.replace("\r\n", "\n")


def parse(text: str, notes: Notes) -> Read:
    """As much of the table as can be read.  Lines that are no TOML become faults."""
    lines, errors = text.split("\n"), dict[int, str]()
    while True:
        try:
            table = tomllib.loads("\n".join(lines))
            break
        except tomllib.TOMLDecodeError as error:
            line = _line(error) or locate("\n".join(lines)).last()
            if not _tear(lines, line, errors):
                _lost(text, line, str(error), errors, notes)
                return Read("", {})
            errors.setdefault(line, str(error))
        except RecursionError:
            notes.stop((), "too_deep")
            return Read("", {})
    keys = _take_torn(table)
    for line, why in errors.items():
        _note(notes, keys.get(line, ()), text, line, why)
    return Read("\n".join(lines), table)


def _tear(lines: list[str], line: int, errors: dict[int, str]) -> bool:
    """Replace a line by one that can be read.  False where the damage is more than the line."""
    text = lines[line - 1]
    header = text.lstrip().startswith("[")  # what follows it would go astray
    spreads = line - 1 in errors  # a bracket or quote that is never closed
    if header or spreads or not text.strip() or len(errors) >= MOST_TORN:
        return False
    key = _KEY.match(text)
    again = line in errors  # not even the key can stay: it is written twice
    lines[line - 1] = f'{key["key"]} = "\\u0000torn {line}"' if key and not again else ""
    return True


def _lost(text: str, line: int, why: str, errors: dict[int, str], notes: Notes) -> None:
    if line - 1 in errors:  # a consequence of the one before
        errors = {at: words for at, words in errors.items() if at < line}
    else:
        errors = {**errors, line: why}
    for at, words in errors.items():
        _note(notes, (), text, at, words)
    notes.fatal = True


def _note(notes: Notes, key: Key, text: str, line: int, why: str) -> None:
    wide = _FULL_WIDTH.search(text.split("\n")[line - 1])
    notes.add(key, "full_width" if wide else "toml_syntax", line=line, why=why)


def _line(error: tomllib.TOMLDecodeError) -> int | None:
    """None if it is the end: something was never closed.

    Before Python 3.14 tomllib says the place in its words only.
    """
    place = _PLACE.search(str(error))
    return int(place["line"]) if place else None


def _take_torn(table: dict[Any, Any] | list[Any], key: Key = ()) -> dict[int, Key]:
    """Remove what ``_tear`` put into the table: line -> key."""
    found: dict[int, Key] = {}
    entries = list(table.items() if isinstance(table, dict) else enumerate(table))
    for name, value in entries:
        if isinstance(value, str) and value.startswith(_TORN):
            found[int(value.removeprefix(_TORN))] = (*key, name)
            del table[name]
        elif isinstance(value, (dict, list)):
            found |= _take_torn(value, (*key, name))
    return found
