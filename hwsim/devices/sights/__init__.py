"""Cameras at gates."""
