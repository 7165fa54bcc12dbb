"""Every driver of the radio against every harm, in the real keeper, with the real simulator."""

import asyncio
from pathlib import Path

import pytest

from agent.drivers.register import REGISTER
from tests.conformance.air_harms import AIR_HARMS, not_for
from tests.conformance.cards.radio import CARDS
from tests.supervisor.jumping import JumpingLoop

AIRY = {card.driver: card for card in CARDS}
TRIALS = [
    pytest.param(harm, name, id=f"{name}-{harm}")
    for name, card in AIRY.items()
    for harm in AIR_HARMS
    if not not_for(harm, card)
]


@pytest.mark.parametrize(("harm", "name"), TRIALS)
def test_it_holds(harm: str, name: str, tmp_path: Path) -> None:
    async def trial() -> None:
        await AIR_HARMS[harm](AIRY[name], tmp_path)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(trial())


def test_every_driver_of_the_radio_has_a_card() -> None:
    assert set(AIRY) == {model.name for model in REGISTER.values() if model.radio}
