"""Faults of a configuration: collected while it is read, told all at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.config.words import WORDS

Key = tuple[str | int, ...]
"""Where something stands: ("device", 2, "baud") is the key ``baud`` of the third [[device]]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that a person must change.

    ``line`` counts from 1, and is 0 for the file as a whole.  ``code`` never changes its meaning
    (agent.config.words); ``key`` is ``path`` in the words of the file.  ``meant`` is a name that
    exists and looks like the one that does not.
    """

    file: str
    line: int
    key: str
    path: Key
    code: str
    zh: str
    en: str
    meant: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        key = f"{self.key}: " if self.key else ""
        hint = f" (did you mean {self.meant}? 是不是 {self.meant}？)" if self.meant else ""
        return f"{where}: {key}{self.zh} / {self.en}{hint}"


class ConfigError(Exception):
    """The configuration cannot be used.  A person must edit it: ``faults`` lists all there is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class _Note:
    key: Key
    code: str
    facts: Mapping[str, object]
    meant: str | None
    line: int | None


@dataclass(slots=True)
class Notes:
    """What was found so far.  Checks ask ``broken`` so that one mistake is told only once."""

    _notes: list[_Note] = field(default_factory=list)
    _excused: set[Key] = field(default_factory=set)
    fatal: bool = False  # the rest of the file cannot be judged

    def add(
        self,
        key: Key,
        code: str,
        *,
        meant: str | None = None,
        line: int | None = None,
        **facts: object,
    ) -> None:
        """``line`` only where the key cannot tell it.  ``facts`` fill the sentence of ``code``."""
        self._notes.append(_Note(key, code, facts, meant, line))

    def stop(self, key: Key, code: str, *, line: int | None = None, **facts: object) -> None:
        """The same, and nothing after it can be judged."""
        self._notes.append(_Note(key, code, facts, None, line))
        self.fatal = True

    def excuse(self, key: Key) -> None:
        """Another fault already says why nothing is at ``key``: it was written with a slip."""
        self._excused.add(key)

    def broken(self, key: Key) -> bool:
        """Is there a fault at ``key`` itself, or inside of it, or is it excused?"""
        return key in self._excused or any(note.key[: len(key)] == key for note in self._notes)

    def __bool__(self) -> bool:
        return bool(self._notes)

    def told(
        self, file: Path, line_of: Callable[[Key], int], table: Mapping[str, Any]
    ) -> Iterator[Fault]:
        """As faults, in the order of the file."""
        faults = [self._fault(note, file, line_of, table) for note in self._notes]
        seen = dict.fromkeys(sorted(faults, key=lambda fault: fault.line))
        yield from seen

    @staticmethod
    def _fault(
        note: _Note, file: Path, line_of: Callable[[Key], int], table: Mapping[str, Any]
    ) -> Fault:
        zh, en = WORDS[note.code]
        return Fault(
            file=str(file),
            line=line_of(note.key) if note.line is None else note.line,
            key=title(note.key, table),
            path=note.key,
            code=note.code,
            zh=zh.format_map(note.facts),
            en=en.format_map(note.facts),
            meant=note.meant,
        )


def title(key: Key, table: Mapping[str, Any]) -> str:
    """``[[device]] scale-1 → options.windows[2].start``: by id where there is one, from 1."""
    if len(key) > 1 and isinstance(key[1], int):
        head, rest = f"[[{key[0]}]] {_name(key[0], key[1], table)}", key[2:]
    elif len(key) > 1 or (key and isinstance(table.get(str(key[0])), dict)):
        head, rest = f"[{key[0]}]", key[1:]
    elif key and isinstance(table.get(str(key[0])), list):
        head, rest = f"[[{key[0]}]]", key[1:]
    else:
        return "".join(str(part) for part in key)
    return f"{head} → {_dotted(rest)}" if rest else head


def _name(name: str | int, index: int, table: Mapping[str, Any]) -> str:
    try:
        found = table[str(name)][index]["id"]
    except (KeyError, IndexError, TypeError):
        found = None
    return found if isinstance(found, str) else f"#{index + 1}"


def _dotted(key: Key) -> str:
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key)
    return text.removeprefix(".")


def show(value: object) -> str:
    """A value as it would stand in the file, short enough for one line."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "…" + text[-1]
