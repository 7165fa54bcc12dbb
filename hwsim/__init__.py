"""A community's devices, simulated on the byte level, and everything that goes wrong with wires.

Read ``agenda`` (time), ``bus`` (a wire), ``devices/scale_line.py`` (the smallest device), then
``world`` (all of it together).  Nothing here knows the agent: each simulator is written from the
device's own facts, checksums included, because a simulator that shares the codec proves nothing.
"""
