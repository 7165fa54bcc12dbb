"""Turns on a wire: one reader, one conversation at a time, several devices."""
