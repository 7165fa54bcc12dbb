"""Faults put into the codecs by hand, one file per protocol: ``<protocol>.py`` holds its ``CARD``.

Each must be caught, or the tests test nothing.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from tests.drivers.mutants.card import Card


@cache
def cards() -> Mapping[str, Card]:
    """By protocol."""
    names = sorted(
        module.name for module in pkgutil.iter_modules(__path__) if module.name != "card"
    )
    return {name: importlib.import_module(f"{__name__}.{name}").CARD for name in names}
