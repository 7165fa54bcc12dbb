"""Wires.  Only this package knows pyserial, bleak and ZeroMQ."""
