"""A clock that a test moves, and drivers of this family by their name."""

from collections.abc import Iterable

from agent.drivers.base import Listens, Polls
from agent.line.asking import Asks
from agent.model.messages import Event, Message, Reading
from agent.model.time import Stamp
from tests.drivers.wires import Script, build

Said = tuple[str, float | str, str]
"""Quantity, value and quality; of an event its kind, its fault and nothing."""


class Clock:
    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> Stamp:
        return Stamp("boot", round(self.s * 1e9) + 1)


def talks(name: str, **options: object) -> Listens:
    driver = build(name, None, **options)
    assert isinstance(driver, Listens)
    return driver


def asked(name: str, **options: object) -> Polls[Asks]:
    driver = build(name, None, **options)
    assert isinstance(driver, Polls)
    return driver


def plain(messages: Iterable[Message]) -> list[Said]:
    said = list[Said]()
    for message in messages:
        if isinstance(message, Reading):
            said.append((message.quantity, message.value, str(message.quality)))
        elif isinstance(message, Event):
            said.append((message.kind, str(message.data["fault"]), ""))
    return said


async def polled(
    driver: Polls[Asks], clock: Clock, at_s: float, *exchanges: tuple[bytes, bytes]
) -> list[Said]:
    """What it says when it is polled at ``at_s`` and just these questions are asked."""
    clock.s, line = at_s, Script(exchanges)
    messages = list(await driver.poll(line, clock))
    assert not line.left
    return plain(messages)
