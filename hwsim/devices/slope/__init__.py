"""Slopes: tilt, cracks and rain.  Nothing here ever sends a zero command."""
