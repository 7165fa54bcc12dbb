"""A city with a sick database and a bad way back: ``python -m cli.drill.faulty_city --config F``.

Every third commit fails, every fourth comes twice, and every fifth acknowledgement is lost.
"""

import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from city import app
from city.__main__ import start
from city.link import Publish
from city.parcels import Parcel
from city.store.base import Outcome, StoreRefused
from city.store.sqlite import SqliteStore

FAILS, TWICE, LOSES = 3, 4, 5


class SickStore(SqliteStore):
    _turn = count(1)

    def commit(self, parcels: Sequence[Parcel]) -> Outcome:
        turn = next(self._turn)
        if turn % FAILS == 0:
            raise StoreRefused("the drill's database is sick")
        if turn % TWICE == 0:
            super().commit(parcels)
        return super().commit(parcels)


def forgetful(publish: Publish) -> Publish:
    turns = count(1)

    async def some(topic: str, payload: bytes, expiry_s: int | None = None) -> None:
        if next(turns) % LOSES:
            await publish(topic, payload, expiry_s)

    return some


if __name__ == "__main__":
    parts = app.Parts(store=SickStore, acknowledge=forgetful)
    sys.exit(start(Path(sys.argv[sys.argv.index("--config") + 1]), parts))
