"""Bytes to frames and back.  Pure: no asyncio, no clock, no logging; never raises on noise."""
