"""What the journal adds to a message, and what it writes where messages had to go."""

from dataclasses import dataclass

from agent.model.time import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Which record this is, for ever: the four together occur once in the world.

    ``epoch`` is the incarnation of the journal; a new one goes on from any number.
    """

    gateway: str
    stream: str  # agent.model.kinds.URGENT or BULK
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Records ``first`` to ``last`` (both included) of a stream are gone, and why.

    A gap is said, never left to be guessed: the platform can tell lost from late.
    """

    gateway: str
    stream: str
    epoch: int
    first: int
    last: int
    reason: str
    at: Stamp | None = None  # when the box let them go; None if it no longer knows
