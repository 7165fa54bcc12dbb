"""On which line of a TOML text a key stands.  ``tomllib`` says it only for what it refuses.

The scanner walks a text that tomllib has already accepted, so it looks for the structure only:
headers, keys (bare, quoted, dotted), and how far each value reaches.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress

from agent.config.faults import Key

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"[A-Za-z0-9_-]+|'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\"")
_SCALAR = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotes may stand before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[^,\]}\n#]+",  # numbers, booleans, dates
    re.DOTALL,
)


class Lines:
    """Lines by key, from 1.  What has no line of its own has that of what it stands in."""

    def __init__(self, lines: dict[Key, int]) -> None:
        self._lines = lines

    def keys(self) -> Iterable[Key]:
        """All that has a line of its own."""
        return self._lines.keys()

    def last(self) -> int:
        """The last line on which something begins."""
        return max(self._lines.values(), default=1)

    def of(self, key: Key) -> int:
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)


def locate(text: str) -> Lines:
    """Where everything stands in ``text``, which tomllib accepts (with ``\\n`` as line ends)."""
    scanner = _Scanner(text)
    with suppress(
        _Lost, tomllib.TOMLDecodeError, RecursionError
    ):  # a line is only a help: keep what was found so far
        scanner.document()
    return Lines(scanner.lines)


class _Lost(Exception):
    """The text is not what tomllib would accept."""


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Key, int] = {}
        self._text, self._at = text, 0
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._counts: dict[Key, int] = {}  # of arrays of tables

    def document(self) -> None:
        table: Key = ()
        while self._peek():
            start = self._at
            if self._eat("[["):
                table = self._header(self._dotted(), start, repeated=True)
                self._need("]]")
            elif self._eat("["):
                table = self._header(self._dotted(), start, repeated=False)
                self._need("]")
            else:
                self._pair(table)

    def _header(self, names: list[str], start: int, *, repeated: bool) -> Key:
        """The key that a header opens: ``[device.place]`` belongs to the last [[device]]."""
        key: Key = ()
        for left, name in enumerate(names, 1 - len(names)):
            key = (*key, name)
            self._mark(key, start)
            if repeated and not left:
                self._counts[key] = self._counts.get(key, 0) + 1
            if key in self._counts:
                key = (*key, self._counts[key] - 1)
                self._mark(key, start)
        return key

    def _pair(self, table: Key) -> None:
        self._peek()
        start, key = self._at, table
        for name in self._dotted():
            key = (*key, name)
            self._mark(key, start)
        self._need("=")
        self._value(key)

    def _dotted(self) -> list[str]:
        names = [self._name()]
        while self._eat("."):
            names.append(self._name())
        return names

    def _name(self) -> str:
        text = self._match(_PART)
        return str(tomllib.loads(f"it = {text}")["it"]) if text[0] in "\"'" else text

    def _value(self, key: Key) -> None:
        if self._eat("["):
            index = 0
            while not self._eat("]"):
                if not self._peek():
                    raise _Lost
                self._mark((*key, index), self._at)
                self._value((*key, index))
                self._eat(",")
                index += 1
        elif self._eat("{"):
            while not self._eat("}"):
                self._pair(key)
                self._eat(",")
        else:
            self._match(_SCALAR)

    def _peek(self) -> str:
        """The next character that is neither blank nor comment; empty at the end."""
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._text[self._at : self._at + 1]

    def _eat(self, token: str) -> bool:
        self._peek()
        found = self._text.startswith(token, self._at)
        self._at += len(token) if found else 0
        return found

    def _need(self, token: str) -> None:
        if not self._eat(token):
            raise _Lost

    def _match(self, pattern: re.Pattern[str]) -> str:
        self._peek()
        match = pattern.match(self._text, self._at)
        if not match:
            raise _Lost
        self._at = match.end()
        return match[0]

    def _mark(self, key: Key, at: int) -> None:
        self.lines.setdefault(key, bisect_left(self._ends, at) + 1)
