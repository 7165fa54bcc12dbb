"""The tables of words hold what they promise."""

from agent.model.kinds import KINDS
from agent.model.places import ID
from agent.model.quantities import QUANTITIES


def test_a_quantity_has_one_unit_and_sane_bounds() -> None:
    for name, quantity in QUANTITIES.items():
        assert name == quantity.name
        assert quantity.unit
        assert quantity.low < quantity.high
        assert 0 <= quantity.decimals <= 6


def test_kinds_are_named_in_both_languages() -> None:
    for name, kind in KINDS.items():
        assert name == kind.name
        assert kind.zh
        assert kind.en
        assert kind.keep_days > 0


def test_ids_are_what_can_stand_in_a_topic_and_a_file_name() -> None:
    assert ID.match("gate-reader-1")
    for bad in ("", "Gate", "a/b", "a b", "x" * 33, "门", "a\n", "a#"):
        assert not ID.match(bad)
