"""Where things are said: docs/protocol.md, section 1."""

from dataclasses import dataclass

_WORDS = frozenset({"hello", "call", "ack", "replay", "command"})


@dataclass(frozen=True, slots=True)
class Topics:
    """The branch of one box.  The three parts are ids, so they need no escaping."""

    tenant: str
    shard: str
    gateway: str

    @property
    def branch(self) -> str:
        return f"linli/v1/{self.tenant}/{self.shard}/{self.gateway}"

    def up(self, word: str) -> str:
        """``hello``, ``state``, ``urgent``, ``live`` or ``backfill``."""
        return f"{self.branch}/up/{word}"

    @property
    def down(self) -> str:
        """The filter to subscribe to: everything that the platform may say."""
        return f"{self.branch}/down/+"

    def word(self, topic: str) -> str | None:
        """What a topic under ``down`` is about; None if it is not ours or not known."""
        head, _, word = topic.rpartition("/")
        return word if head == f"{self.branch}/down" and word in _WORDS else None
