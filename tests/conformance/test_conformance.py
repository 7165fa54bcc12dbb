"""Every driver against every harm, in the real line and keeper, with the real simulator."""

import asyncio

import pytest

from agent.drivers.register import REGISTER
from tests.conformance.cards import cards
from tests.conformance.harms import HARMS, not_for
from tests.supervisor.jumping import JumpingLoop

TRIALS = [
    pytest.param(harm, name, id=f"{name}-{harm}")
    for name, card in cards().items()
    for harm in HARMS
    if not not_for(harm, card)
]


@pytest.mark.parametrize(("harm", "name"), TRIALS)
def test_it_holds(harm: str, name: str) -> None:
    async def trial() -> None:
        await HARMS[harm](cards()[name])

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(trial())


def test_every_driver_of_a_wire_has_a_card() -> None:
    assert set(cards()) == {model.name for model in REGISTER.values() if not model.radio}
