"""Slopes."""

from tests.conformance.card import Card

CARDS = (Card(driver="wit-tilt-485", sim="wit_tilt", address=0x50, tolerance=1e-4, least=20),)
