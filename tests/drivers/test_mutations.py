"""Green is not tested: every fault of ``mutations.py`` turns something red."""

import pytest

from tests.drivers import properties
from tests.drivers.mutations import MUTATIONS
from tests.drivers.universe import broken, real


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
    for protocol in {mutation[0] for mutation in MUTATIONS}:
        properties.holds(real(), protocol)


def test_a_mutation_that_finds_nothing_to_change_is_an_error() -> None:
    with pytest.raises(LookupError), broken("lcus", "no such text", ""):
        pass
