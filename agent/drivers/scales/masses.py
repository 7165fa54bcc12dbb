"""Units of mass that scales show, in kilograms, exactly."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

KILOGRAMS: Mapping[str, Decimal] = MappingProxyType(
    {
        "kg": Decimal(1),
        "g": Decimal("0.001"),
        "mg": Decimal("0.000001"),
        "ct": Decimal("0.0002"),  # the metric carat
        "t": Decimal(1000),
        "lb": Decimal("0.45359237"),  # the international pound, exact by definition
        "oz": Decimal("0.028349523125"),  # its sixteenth
    }
)
