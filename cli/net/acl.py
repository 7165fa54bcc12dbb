"""Who may say and hear what: the form of mosquitto's ``acl_file``, as far as ours uses it.

``config/mosquitto/acl`` is the one list of rules.  Mosquitto reads it itself; the embedded broker
asks this module.  What no rule allows is denied.  Pure: text in, verdicts out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

Access = Literal["read", "write"]
TENANT, SHARD = "xuhui", "s0"
"""As they stand in the shipped file."""


class BadAcl(ValueError):
    """A line that is none of ``user``, ``topic``, ``pattern``; the text names it."""


@dataclass(frozen=True, slots=True)
class Rule:
    user: str | None  # None: a pattern, for every user
    access: tuple[Access, ...]
    topic: str

    def filter_for(self, user: str) -> str | None:
        """The rule's filter for this user; None if it is another user's."""
        if self.user is not None:
            return self.topic if self.user == user else None
        return self.topic.replace("%u", user)


@dataclass(frozen=True, slots=True)
class Acl:
    rules: tuple[Rule, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """BadAcl on the first line that is not understood: a rule must not vanish."""
        return cls(tuple(_rules(text)))

    def allows(self, user: str, access: Access, topic: str) -> bool:
        """May ``user`` publish to (write) or subscribe to and get (read) this topic or filter?

        A filter is allowed only if one rule covers all that it can match.
        """
        if not user or set(user) & set("+#/"):
            return False  # the name stands in patterns: it must not become a wildcard or a level
        found = (rule.filter_for(user) for rule in self.rules if access in rule.access)
        return any(each is not None and covers(each, topic) for each in found)


def covers(wide: str, narrow: str) -> bool:
    """Does filter ``wide`` match all that topic or filter ``narrow`` matches?"""
    want, have = narrow.split("/"), wide.split("/")
    for place, level in enumerate(have):
        if level == "#":
            return True
        if place >= len(want) or want[place] == "#" or level not in ("+", want[place]):
            return False
    return len(want) == len(have)


def shipped(text: str, tenant: str, shard: str) -> str:
    """The shipped file for another tenant and shard."""
    return text.replace(f"/{TENANT}/{SHARD}/", f"/{tenant}/{shard}/")


def _rules(text: str) -> Iterator[Rule]:
    user: str | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match line.split():
            case ["user", name]:
                user = name
            case ["topic", "read" | "write" as access, topic] if user is not None:
                yield Rule(user, (access,), topic)
            case ["topic", "readwrite", topic] if user is not None:
                yield Rule(user, ("read", "write"), topic)
            case ["pattern", "read" | "write" as access, topic]:
                yield Rule(None, (access,), topic)
            case _:
                raise BadAcl(line)
