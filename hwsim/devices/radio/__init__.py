"""Bluetooth Low Energy.  Presence is never a reason to unlock."""
