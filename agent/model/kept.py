"""A value as the journal keeps it.

Blocks are quantised to the decimals of their quantity.  Stages judge the kept value, not the
wire's: so a replay of what was stored comes to the same conclusions as the box did.
"""

from agent.model.quantities import QUANTITIES

_DECIMALS = {name: quantity.decimals for name, quantity in QUANTITIES.items()}
_STEPS = {name: float(10**decimals) for name, decimals in _DECIMALS.items()}


def kept(quantity: str, value: float) -> float:
    """Rounded to the quantity's decimals; unchanged for a quantity that is not in the table."""
    decimals = _DECIMALS.get(quantity)
    return value if decimals is None else round(value, decimals)


def quanta(quantity: str, value: float) -> int:
    """The kept value as a whole number of its smallest step; exact, for sums and comparisons."""
    return round(kept(quantity, value) * _STEPS.get(quantity, 1e9))
