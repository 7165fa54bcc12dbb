"""Drivers of the radio without a radio: built with a key, and shown what a case holds."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.drivers.base import Listens, Model, Polls, Seat, Sights
from agent.drivers.register import REGISTER
from agent.line.asking import NoAnswer
from agent.line.radio import Gatt
from agent.model.messages import Message
from agent.model.time import Stamp
from tests.drivers.vectors import Case
from tests.drivers.wires import AT, now


@dataclass
class Table:
    """A ``Gatt`` with the other side written down.  ``answers``: notified when that is written."""

    values: Mapping[str, bytes] = field(default_factory=dict)
    answers: Mapping[bytes, Iterable[bytes]] = field(default_factory=dict)
    written: list[tuple[str, bytes]] = field(default_factory=list)
    room: int = 20
    said: list[bytes] = field(default_factory=list)

    async def read(self, characteristic: str) -> bytes:
        if characteristic not in self.values:
            raise NoAnswer(characteristic)
        return self.values[characteristic]

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool = True) -> None:
        assert confirmed in (True, False)
        self.written.append((characteristic, data))
        self.said += self.answers.get(data, ())

    @asynccontextmanager
    async def notices(self, characteristic: str) -> AsyncIterator[AsyncIterator[bytes]]:
        assert characteristic

        async def heard() -> AsyncIterator[bytes]:
            while self.said:
                yield self.said.pop(0)
            raise NoAnswer("the link is lost")

        yield heard()


def build_radio(name: str, key: Path | None = None, **options: object) -> Any:  # noqa: ANN401
    """``key``: a file, for those that take one."""
    model: Model = REGISTER[name]
    told = {k: tuple(v) if isinstance(v, list) else v for k, v in options.items()}
    if key is not None:
        told["key_file"] = key
    return model.build(Seat(device="dev", point="here", options=model.options(**told)))


def build_for(case: Case, folder: Path) -> Any:  # noqa: ANN401  # one of several verbs
    key = folder / "key" if case.bindkey is not None else None
    if key is not None and case.bindkey is not None:
        key.write_bytes(case.bindkey)
    return build_radio(case.folder, key, **case.options)


async def told_of(driver: object, case: Case, at: Stamp = AT) -> Iterable[Message]:
    """All that it makes of the case, by whichever verb it has."""
    if case.characteristic is not None:
        assert isinstance(driver, Polls)
        line: Gatt = Table({case.characteristic: case.hex})
        return tuple(await driver.poll(line, now))
    if isinstance(driver, Sights):
        return tuple(driver.sighted(case.advert, at))
    assert isinstance(driver, Listens)
    return tuple(driver.heard(case.hex, at))
