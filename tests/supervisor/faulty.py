"""A worker with drivers that harm their process.  Never in the product's register.

``python -m tests.supervisor.faulty`` is started by the tests in place of ``agent.app.worker``.
The harm is done when the file that ``LINLI_TEST_HARM`` names is there: a test decides when.
"""

import ctypes
import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from agent.app.worker import main
from agent.drivers.base import Model, Seat
from agent.line.asking import Asks
from agent.model.messages import Message, Reading
from agent.model.time import Now, Stamp
from tests.supervisor.toys import TOYS, model


def block() -> None:
    while True:
        time.sleep(3600)


def burn() -> None:
    """One match of ``re`` holds the interpreter; this one takes longer than the universe."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def crash() -> None:
    ctypes.string_at(0)


HARMS: dict[str, Callable[[], None]] = {"block": block, "burn": burn, "crash": crash}


@dataclass
class Faulty:
    """It repeats numbers that it hears, and asks for one each second, until the harm."""

    seat: Seat
    every: float = 0.1

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:  # noqa: ARG002  # the verb's own
        return self._say(1.0, now())

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        return self._say(float(len(data)), at)

    def _say(self, value: float, at: Stamp) -> Iterable[Message]:
        harm = Path(os.environ["LINLI_TEST_HARM"])
        if harm.exists():
            what = harm.read_text(encoding="ascii")
            harm.unlink()
            HARMS[what]()
        return (Reading(device=self.seat.device, at=at, quantity="count", value=value),)


FAULTY: dict[str, Model] = {**TOYS, "faulty": model("faulty", Faulty)}

if __name__ == "__main__":
    sys.exit(main(FAULTY))
