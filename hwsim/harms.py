"""What is wrong with one wire just now.  Pure: bytes and dice in, bytes and names out."""

import random
from collections import Counter

from hwsim.orders import Harm, Kind

OF_BYTES: tuple[Kind, ...] = ("noise", "flip", "drop", "dup")
A_BAD_WIRE = 0.01  # of the bytes: enough that one 12-byte frame in nine is struck


class Harms:
    """The harms of one wire.  Of each kind one at most: a second takes its place."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._active: dict[Kind, Harm] = {}
        self.struck: Counter[str] = Counter()  # since each began

    def begin(self, harm: Harm) -> None:
        self._active[harm.harm] = harm
        self.struck[harm.harm] = 0

    def end(self, harm: Harm) -> bool:
        """False if it had ended already, or another one has taken its place."""
        if self._active.get(harm.harm) is not harm:
            return False
        del self._active[harm.harm]
        return True

    def active(self, kind: Kind) -> Harm | None:
        return self._active.get(kind)

    def all(self) -> list[Harm]:
        return list(self._active.values())

    def strikes(self, kind: Kind) -> Harm | None:
        """One throw of the dice for a whole frame."""
        harm = self._active.get(kind)
        if harm is None or self._dice.random() >= (1.0 if harm.rate is None else harm.rate):
            return None
        self.struck[kind] += 1
        return harm

    def strike_bytes(self, data: bytes) -> tuple[bytes, list[str]]:
        """What arrives of ``data``, and the harms it took on the way."""
        taken = list[str]()
        for kind in OF_BYTES:
            if kind in self._active:
                struck = self._strike(kind, data)
                if struck != data:
                    taken.append(kind)
                data = struck
        if data and self.strikes("bit"):
            data = self._one_bit(data)
            taken.append("bit")
        if self.strikes("cut"):
            data = data[: self._dice.randrange(len(data))] if data else data
            taken.append("cut")
        return data, taken

    def strike_with(self, kind: Kind, data: bytes) -> bytes:
        """One kind alone, if it is active."""
        return self._strike(kind, data) if kind in self._active else data

    def _one_bit(self, data: bytes) -> bytes:
        at = self._dice.randrange(8 * len(data))
        return bytes(byte ^ (at // 8 == n) << at % 8 for n, byte in enumerate(data))

    def _strike(self, kind: Kind, data: bytes) -> bytes:
        rate = self._active[kind].rate
        rate = A_BAD_WIRE if rate is None else rate
        out = bytearray()
        for byte in data:
            if self._dice.random() < rate:
                out += self._struck(kind, byte)
                self.struck[kind] += 1
            else:
                out.append(byte)
        return bytes(out)

    def _struck(self, kind: Kind, byte: int) -> bytes:
        if kind == "noise":
            return bytes([self._dice.randrange(256), byte])
        if kind == "flip":
            return bytes([byte ^ 1 << self._dice.randrange(8)])
        return bytes([byte, byte]) if kind == "dup" else b""

    def garble(self, data: bytearray, first: int, last: int) -> None:
        """Two talked at once: what is heard from ``first`` to before ``last`` is neither."""
        for at in range(max(0, first), min(last, len(data))):
            data[at] ^= self._dice.randrange(1, 256)
