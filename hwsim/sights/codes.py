"""QR codes as drawn by segno: one symbol, or one of those that a long code is divided into."""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import segno

from hwsim.sights.arrays import Picture


@dataclass(frozen=True, slots=True)
class Code:
    """``part`` of ``parts``, from 1: structured append (ISO/IEC 18004)."""

    payload: bytes
    part: int = 1
    parts: int = 1

    @property
    def content(self) -> bytes:
        """What this symbol alone holds: as segno divides, the first ones a byte longer."""
        size, more = divmod(len(self.payload), self.parts)
        begins = [at * size + min(at, more) for at in range(self.parts + 1)]
        return self.payload[begins[self.part - 1] : begins[self.part]]


@lru_cache(64)
def modules(code: Code, error: str = "m") -> Picture:
    """One pixel a module, 0 where it is dark, without the quiet zone."""
    text: str | bytes = code.payload
    with suppress(UnicodeDecodeError):  # bytes it is then
        text = code.payload.decode("ascii")
    if code.parts == 1:
        drawn = segno.make_qr(text, error=error, boost_error=False)
    else:
        several = segno.make_sequence(text, error=error, boost_error=False, symbol_count=code.parts)
        drawn = several[code.part - 1]
    return np.asarray([[0 if dark else 255 for dark in row] for row in drawn.matrix], np.uint8)
