"""Frames out of bytes whose protocol may not be known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.drivers.codecs.base import Direction, Protocol, Stream
from agent.drivers.codecs.register import PROTOCOLS
from cli.wire.recording import Piece


@dataclass(frozen=True, slots=True)
class Seen:
    protocol: str
    frame: Mapping[str, object]


class Decoder:
    """``protocols``: those that may be spoken; without any, all whose frames carry a check."""

    def __init__(self, protocols: Sequence[str] = ()) -> None:
        known = [PROTOCOLS[name] for name in protocols]
        chosen = known or [protocol for protocol in PROTOCOLS.values() if protocol.checked]
        self._ears = [(protocol, _ears(protocol)) for protocol in chosen]

    def feed(self, piece: Piece) -> list[Seen]:
        return [
            Seen(protocol.name, protocol.show(frame))
            for protocol, ears in self._ears
            for frame in ears[piece.who].feed(piece.data)
        ]


def _ears(protocol: Protocol) -> dict[str, Stream[object]]:
    """What comes from the wire may be another master's words, overheard: either direction."""
    return {
        "host": Stream(protocol.take, protocol.most, Direction.HOST),
        "device": Stream(protocol.take, protocol.most, None),
    }
