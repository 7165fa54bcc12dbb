"""One thing that was looked at, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"  # the box works; somebody should look when next there
    BAD = "bad"  # something will not work until a person acts
    SKIPPED = "skipped"  # could not be looked at here, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``check`` and ``verdict`` are for scripts; ``about`` is a bus, a path, a process."""

    check: str
    verdict: Verdict
    zh: str
    en: str
    todo_zh: str = ""
    todo_en: str = ""
    about: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def plain(self) -> dict[str, object]:
        """For ``--json``.  What was skipped says so under that very name."""
        head: dict[str, object] = {"check": self.check}
        if self.about:
            head["about"] = self.about
        if self.verdict is Verdict.SKIPPED:
            return {**head, "skipped": self.en, "zh": self.zh}
        told = {**head, "verdict": self.verdict.value, "zh": self.zh, "en": self.en}
        if self.todo_en:
            told["todo"] = {"zh": self.todo_zh, "en": self.todo_en}
        return {**told, **self.facts}


def skipped(check: str, zh: str, en: str, about: str = "") -> Finding:
    return Finding(check=check, verdict=Verdict.SKIPPED, zh=zh, en=en, about=about)


def fine(check: str, zh: str, en: str, about: str = "", **facts: object) -> Finding:
    return Finding(check=check, verdict=Verdict.OK, zh=zh, en=en, about=about, facts=facts)
