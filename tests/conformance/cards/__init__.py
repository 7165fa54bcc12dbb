"""A card per driver, one file per family.  A driver without one is not finished."""

from collections.abc import Mapping
from functools import cache

from tests.conformance.card import Card
from tests.conformance.cards import air, boards, doors, makers, scales, slope, telling


@cache
def cards() -> Mapping[str, Card]:
    families = (scales, air, slope, doors, boards, telling, makers)
    return {card.driver: card for family in families for card in family.CARDS}
