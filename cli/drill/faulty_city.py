"""A city with a sick database and a bad way back: ``python -m cli.drill.faulty_city --config F``.

A third of the commits fail, a quarter come twice, and a fifth of the acknowledgements are lost, by
dice: what fails in a rhythm can fall into step with those who try again.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

from city import app
from city.__main__ import start
from city.link import Publish
from city.parcels import Parcel
from city.store.base import Outcome, StoreRefused
from city.store.sqlite import SqliteStore

FAILS, TWICE, LOSES = 1 / 3, 1 / 4, 1 / 5
dice = random.Random(5)  # noqa: S311  # the same drill each time


class SickStore(SqliteStore):
    def commit(self, parcels: Sequence[Parcel]) -> Outcome:
        if dice.random() < FAILS:
            raise StoreRefused("the drill's database is sick")
        if dice.random() < TWICE:
            super().commit(parcels)
        return super().commit(parcels)


def forgetful(publish: Publish) -> Publish:
    async def some(topic: str, payload: bytes, expiry_s: int | None = None) -> None:
        if dice.random() >= LOSES:
            await publish(topic, payload, expiry_s)

    return some


if __name__ == "__main__":
    parts = app.Parts(store=SickStore, acknowledge=forgetful)
    sys.exit(start(Path(sys.argv[sys.argv.index("--config") + 1]), parts))
