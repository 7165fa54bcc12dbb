"""Noise and air."""

from hwsim.orders import Set
from tests.conformance.card import Card, said

CARDS = (
    Card(
        driver="noise-485",
        address=1,
        life=said(Set, 41.3, 57.9, 66.6, 72.4, 48.5),
        least=20,
    ),
)
