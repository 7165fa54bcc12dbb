"""A simulated reader on its wire, with the real line and keeper, and time that jumps."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from hwsim.orders import Show
from tests.conformance.card import Card
from tests.conformance.world import Play
from tests.supervisor.jumping import JumpingLoop

Scene = Callable[[Play], Awaitable[None]]


def play(card: Card, scene: Scene) -> Play:
    """Run ``scene`` with the device of ``card``, and give what was said."""

    async def staged() -> Play:
        played = Play(card)
        async with played.running():
            await asyncio.sleep(3)  # the first poll is over
            await scene(played)
            await asyncio.sleep(3)
        return played

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(staged())


async def show(played: Play, code: str) -> None:
    played.devices["dev"].do(Show("dev", code))
    played._poke.set()
    await asyncio.sleep(1)


def settings(played: Play) -> Mapping[str, object]:
    """What the device told of its settings."""
    return {str(e.data["setting"]): e.data["value"] for e in played.kinds("setting_read")}
