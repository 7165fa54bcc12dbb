"""Which release this is."""

VERSION = "0.1.0"
"""Equal to pyproject.toml's (tests/house)."""
