"""Captured bytes as files: ``tests/vectors/<driver or protocol>/<case>.toml``.

``hex`` with ``[[verdict]]``: what ``linli decode`` must say of it.  In the folder of a driver that
listens, ``[[message]]`` is all that it makes of the same bytes.  ``[[exchange]]``: what a driver
that polls or acts (``act``) asks, in this order, and what comes back; ``raised`` is its error.
A field that is not there is null.

Of the radio: ``hex`` is the service data of ``service``, the manufacturer data of ``company``, or
what is read from ``characteristic``; else it was notified.  ``address`` is the device's, and
``bindkey`` opens it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from agent.drivers.codecs.base import Direction, Given
from agent.line.radio import Advert

FOLDER = Path(__file__).resolve().parent.parent / "vectors"


@dataclass(frozen=True, kw_only=True)
class Case:
    folder: str
    name: str
    source: str
    evidence: str
    protocol: str = ""
    direction: Direction | None = None
    hex: bytes = b""
    verdict: Sequence[Mapping[str, Any]] = ()
    message: Sequence[Mapping[str, Any]] = ()
    exchange: Sequence[Mapping[str, str]] = ()
    act: Mapping[str, Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    address: int | str | None = None
    raised: str | None = None
    service: str | None = None
    company: int | None = None
    characteristic: str | None = None
    bindkey: bytes | None = None

    def __str__(self) -> str:
        return f"{self.folder}/{self.name}"

    @property
    def given(self) -> Given:
        """What ``linli decode`` is told beside the bytes."""
        address = self.address if isinstance(self.address, str) else None
        return Given(address=address, key=self.bindkey, service=self.service)

    @property
    def advert(self) -> Advert:
        return Advert(
            address=self.given.address or "AA:BB:CC:DD:EE:FF",
            rssi=-60,
            service_data={self.service: self.hex} if self.service else {},
            manufacturer={self.company: self.hex} if self.company is not None else {},
        )


@cache
def cases() -> tuple[Case, ...]:
    return tuple(_read(path) for path in sorted(FOLDER.glob("*/*.toml")))


def _read(path: Path) -> Case:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    told["hex"] = bytes.fromhex(told.get("hex", ""))
    told["bindkey"] = bytes.fromhex(told["bindkey"]) if "bindkey" in told else None
    told["direction"] = Direction(told["direction"]) if "direction" in told else None
    return Case(folder=path.parent.name, name=path.stem, **told)


def of_protocol(name: str) -> list[Case]:
    return [case for case in cases() if case.protocol == name]


def accepted(name: str) -> list[Case]:
    """Captures that are exactly one good frame."""
    return [c for c in of_protocol(name) if len(c.verdict) == 1 and "frame" in c.verdict[0]]


def present(fields: Mapping[str, object]) -> dict[str, object]:
    """As TOML can say it: without what is null."""
    return {name: value for name, value in fields.items() if value is not None}
