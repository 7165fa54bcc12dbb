"""What a stage is, and how messages run through several of them.

Stages run from top to bottom of the configuration.  A stage looks at the messages of its
``inputs`` (ids of devices, or of earlier stages for what those concluded); all others pass it
untouched.  What it yields takes the place of what it was given: a filter such as ``thin`` yields
less, a watcher such as ``settle`` yields the message itself and now and then a conclusion.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from agent.model.messages import Message


class Stage(Protocol):
    def __call__(self, message: Message, /) -> Iterable[Message]:
        """Deterministic: the same messages in the same order give the same messages out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a stage is told about where it stands."""

    stage: str  # its id; goes into ``by`` of what it concludes
    options: Any = None  # an instance of the Use's ``options``, already validated
    timezone: str = "Asia/Shanghai"  # the site's, for rules that people write in local time


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One line of the register of stages."""

    name: str
    build: Callable[[Post], Stage]
    options: type  # a frozen dataclass; bounds as Annotated[..., annotated_types.Ge(…)]
    zh: str
    en: str
