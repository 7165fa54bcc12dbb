"""All protocols listen to one wire at once, and say what they make of it.  Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.drivers.codecs.base import Bad, Got, Protocol
from agent.drivers.codecs.register import PROTOCOLS
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.heard import BY_LINES, TALKERS, Talker, address_of, is_asking

EXPLAINS = 0.3
"""Of all that was heard; at a wrong baud rate a short frame now and then looks good by chance."""

RIVAL = 0.8
"""Of what the best explains: then two protocols may well mean the same bytes."""

MOST_KEPT = 512
LEAST_LINE = 6  # characters; the shortest card number has as many
_REVERSED, _FORWARD = "yaohua_eq_rev", "yaohua_eq_fwd"
_SIZES = {"bw77": 2, "bw77a4": 4}


@dataclass(frozen=True, slots=True)
class Piece:
    frame: Any
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sighting:
    """``evidence``: one frame of it, or what was answered."""

    guess: Guess
    evidence: bytes


class _Ear:
    """Frames of one protocol with their bytes; from either side, since nobody asked."""

    def __init__(self, protocol: Protocol, talker: Talker) -> None:
        self.protocol, self.talker = protocol, talker
        self.pieces, self.count, self.bytes = list[Piece](), 0, 0
        self._buffer = b""

    def feed(self, data: bytes) -> None:
        buffer, at, most = self._buffer + data, 0, self.protocol.most
        while at < len(buffer):
            taken = self.protocol.take(buffer[at : at + most], None)
            if isinstance(taken, Got):
                self._add(Piece(taken.frame, buffer[at : at + taken.used]))
                at += taken.used
            elif isinstance(taken, Bad) or len(buffer) - at >= most:
                at += 1
            else:
                break
        self._buffer = buffer[at:]

    def _add(self, piece: Piece) -> None:
        self.pieces = [*self.pieces, piece][-self.talker.frames * 4 :]
        self.count += 1
        self.bytes += len(piece.raw)

    @property
    def is_sure(self) -> bool:
        last = self.pieces[-self.talker.frames :]
        alike = not self.talker.alike or len({len(piece.raw) for piece in last}) == 1
        return len(last) == self.talker.frames and alike

    @property
    def has_master(self) -> bool:
        return any(is_asking(self.protocol.name, piece.frame) for piece in self.pieces)


class Ears:
    """``feed`` what comes; ask at any time."""

    def __init__(self) -> None:
        self._ears = {name: _Ear(PROTOCOLS[name], talker) for name, talker in TALKERS.items()}
        self._kept = b""
        self.heard = 0  # bytes

    def feed(self, data: bytes) -> None:
        self.heard += len(data)
        self._kept = (self._kept + data)[:MOST_KEPT]
        for ear in self._ears.values():
            ear.feed(data)

    def patience(self) -> float:
        """Seconds for which the next frame of something that has begun is worth waiting for."""
        begun = (e.talker.every for e in self._ears.values() if e.pieces and not e.is_sure)
        return max(begun, default=0.0) if not self.sightings() else 0.0

    @property
    def frames(self) -> int:
        """How many looked good, of whatever protocol."""
        return sum(ear.count for ear in self._ears.values())

    @property
    def has_master(self) -> bool:
        """Somebody else asks on this pair."""
        return any(ear.has_master for ear in self._sure())

    def sightings(self) -> list[Sighting]:
        """What is sure enough to be told, the best first."""
        sure = self._sure()
        if not sure:
            return [] if self.frames else self._lines()
        best = sure[0]
        if best.protocol.name in (_REVERSED, _FORWARD):
            return [self._equals(best)]
        rivals = [ear for ear in sure[1:] if ear.bytes >= RIVAL * best.bytes]
        if {ear.talker.device for ear in rivals} - {best.talker.device}:
            return [_either([best, *rivals])]
        apart = [ear for ear in sure[1:] if ear not in rivals]
        return [told for ear in (best, *apart) for told in _told(ear)]

    def _sure(self) -> list[_Ear]:
        sure = [ear for ear in self._ears.values() if ear.is_sure]
        explains = [ear for ear in sure if ear.bytes >= EXPLAINS * self.heard]
        return sorted(explains, key=lambda ear: -ear.bytes)

    def _equals(self, best: _Ear) -> Sighting:
        """A minus stands at one end or the other; without one nothing tells the two apart."""
        sizes = {name: self._ears[name].bytes for name in (_REVERSED, _FORWARD)}
        orders = {_REVERSED: "reversed", _FORWARD: "forward"}
        known = len(set(sizes.values())) > 1
        name = best.protocol.name
        guess = Guess(
            protocol=name if known else None,
            device="yaohua-equals" if known else None,
            confidence=0.8 if known else 0.5,
            candidates=("yaohua-equals",),
            options={"order": orders[name] if known else tuple(orders.values())},
            zh="放一个已知重量，确认读数方向（正序或反序）",
            en="put a known weight on: only that tells whether the digits are reversed",
        )
        return Sighting(guess, best.pieces[-1].raw)

    def _lines(self) -> list[Sighting]:
        """Nothing but whole lines of text: a reader was shown something."""
        ended = self._kept.replace(b"\r", b"\n").endswith(b"\n")
        lines = self._kept.replace(b"\r", b"\n").split(b"\n")
        words = [line for line in lines if len(line) >= LEAST_LINE]
        text = self._kept.strip(b"\r\n\t\x02")
        if not ended or not words or not _printable(text) or self.heard > len(self._kept):
            return []
        guess = Guess(
            protocol=None,
            device=None,
            confidence=0.4,
            candidates=BY_LINES,
            zh="读码器或读卡器：一行文字看不出型号",
            en="a reader of codes or cards: a line of text does not tell which",
        )
        return [Sighting(guess, words[-1])]


def _printable(text: bytes) -> bool:
    return all(0x20 <= byte < 0x7F or byte in b"\r\n\t\x02" for byte in text)


def _told(ear: _Ear) -> list[Sighting]:
    """One for each address that was heard."""
    latest: dict[int | None, Piece] = {address_of(p.frame): p for p in ear.pieces}
    return [Sighting(_guess(ear, address), piece.raw) for address, piece in latest.items()]


def _guess(ear: _Ear, address: int | None) -> Guess:
    talker, name = ear.talker, ear.protocol.name
    options: Mapping[str, object] = {}
    if name in _SIZES:
        options = {"address_bytes": _SIZES[name]}
    master = ear.has_master
    return Guess(
        protocol=name,
        device=talker.device,
        confidence=talker.confidence,
        address=address,
        candidates=talker.candidates,
        options=options,
        zh="这对线上已有另一台主机在查询，不能再接一台" if master else "",
        en="another master asks on this pair: it must go before the box comes" if master else "",
    )


def _either(ears: Sequence[_Ear]) -> Sighting:
    names = Counter(ear.talker.device or "" for ear in ears)
    guess = Guess(
        protocol=None,
        device=None,
        confidence=0.5,
        candidates=tuple(filter(None, names)),
        zh="同样的字节，两种协议都说得通",
        en="two protocols can read these bytes",
    )
    return Sighting(guess, ears[0].pieces[-1].raw)
