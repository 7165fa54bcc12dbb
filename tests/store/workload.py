"""What the recorded process does: the real journal, as the agent uses it, on a watched disk.

    python -m tests.store.workload STATE SYNCHRONOUS

After each ``done`` it says into the same recording what is durable now.
"""

import asyncio
import os
import sys
from pathlib import Path

from agent.config import settings
from agent.model.messages import Event, Reading
from agent.model.time import Stamp
from agent.store.journal import Journal
from agent.store.tuning import Tuning

ROUNDS = 120


def event(number: int) -> Event:
    """What stands in it follows from its number, so that a reader can tell the two apart."""
    at = Stamp("boot", number * 1_000_000)
    return Event(device="scale-1", at=at, kind="weighing", data={"weight": number, "unit": "kg"})


def reading(number: int) -> Reading:
    at = Stamp("boot", number * 1_000)
    return Reading(device="air-1", at=at, quantity="temperature", value=number % 97)


async def work(state: Path, synchronous: str) -> None:
    tuning = Tuning(synchronous=synchronous, checkpoint_bytes=48 * 1024, lazy_s=0)
    store = settings.Store(dir=state, seal_s=60, seal_n=64, reserve_bytes=65_536)
    journal = Journal.open(store, "box", lambda: Stamp("boot", 1), tuning)
    mark = os.open(state / "mark", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in range(1, ROUNDS + 1):
        for each in range(40):
            journal.put(reading(number * 100 + each))
        durable = asyncio.Event()
        journal.put(event(number), durable.set)
        await durable.wait()
        os.write(mark, str(number).encode())
        if number % 10 == 0:
            journal.ack("urgent", 1, ((1, number // 2),))
    await journal.close()
    os.close(mark)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
