"""Green is not tested: every fault of ``mutants`` turns something red."""

import pytest

from agent.drivers.codecs.register import PROTOCOLS
from tests.drivers import properties
from tests.drivers.mutants import cards
from tests.drivers.universe import broken, real

MUTATIONS = [
    (protocol, module, old, new)
    for protocol, card in cards().items()
    for module, pairs in card.mutants.items()
    for old, new in pairs
]


@pytest.mark.parametrize(("protocol", "module", "old", "new"), MUTATIONS)
def test_a_broken_codec_is_caught(protocol: str, module: str, old: str, new: str) -> None:
    with broken(module, old, new) as codecs:
        caught = False
        try:
            properties.holds(codecs, protocol)
        except Exception:  # noqa: BLE001  # a mutant may break in any way
            caught = True
        assert caught, f"nobody noticed: {module}: {old} → {new}"


def test_the_codecs_as_they_are_hold() -> None:
    for protocol in PROTOCOLS:
        properties.holds(real(), protocol)


def test_a_mutation_that_finds_nothing_to_change_is_an_error() -> None:
    with pytest.raises(LookupError), broken("lcus", "no such text", ""):
        pass
