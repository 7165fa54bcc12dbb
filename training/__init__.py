"""Trains the models that ``agent/vision`` reads plates with; README.md says how.

Not part of the box: it needs torch, which no box has.  Glyphs and photos are given to it as
folders; none of them is in this repository.
"""
