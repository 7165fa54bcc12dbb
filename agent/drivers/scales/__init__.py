"""Weighing: what residents are credited for."""
