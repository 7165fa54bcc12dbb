"""What somebody who heard an answer thinks of who gave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """``device``: a driver of the register, None while it could be several.

    ``confidence``: from 0 to 1, of ``device``, or of the best of ``candidates`` where it is None.
    ``candidates``: drivers that it could also be.  ``options``: what the driver's options must be
    for this device; a tuple where it is one of several.  ``zh`` and ``en``: what is left to do.
    """

    protocol: str | None
    device: str | None
    confidence: float
    address: int | None = None
    candidates: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    zh: str = ""
    en: str = ""
