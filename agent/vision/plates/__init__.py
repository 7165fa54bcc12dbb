"""Plates: found, set straight and read."""
