"""A worker with drivers that harm their process.  Never in the product's register.

``python -m tests.supervisor.faulty`` is started by the tests in place of ``agent.app.worker``.
The harm is done when the file that ``LINLI_HARM`` names is there: a test decides when.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from agent.app.worker import main
from agent.drivers.base import Model, Seat
from agent.line.asking import Asks
from agent.model.messages import Message, Reading
from agent.model.time import Now, Stamp
from cli.drill.harmful import obey
from tests.supervisor.toys import TOYS, model


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
        obey()
        return (Reading(device=self.seat.device, at=at, quantity="count", value=value),)


FAULTY: dict[str, Model] = {**TOYS, "faulty": model("faulty", Faulty)}

if __name__ == "__main__":
    sys.exit(main(FAULTY))
