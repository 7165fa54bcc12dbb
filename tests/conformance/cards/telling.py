"""Telling people."""

from tests.conformance.card import Card

CARDS: tuple[Card, ...] = ()
