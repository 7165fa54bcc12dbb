"""Noise and air: what residents are shown."""
