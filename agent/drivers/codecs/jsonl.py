"""Lines of JSON, for what people build themselves (ESP32, Arduino, a script on a PC).

    {"quantity": "temperature", "value": 21.5} LF

``quantity`` is a name of the table in docs/messages.md, ``value`` a number in that quantity's one
unit.  ``unit`` may be told and must then be that unit; ``quality`` may be ``good``, ``suspect`` or
``invalid``.  Other keys are ignored, so that a builder may add what the box does not know yet.
NaN and infinities are no JSON.  A value that the quantity cannot have at all is refused.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from agent.drivers.codecs.base import NOISE, Bad, Protocol, Why
from agent.drivers.codecs.lines import take_line
from agent.model.messages import Quality
from agent.model.quantities import QUANTITIES

MOST = 512  # bytes of a line: ten times what is needed, and a bound on what a fault can send
HEADS = (b"{",)

_WORDS: tuple[object, ...] = (None, *(quality.value for quality in Quality))
_RANGE = Bad(Why.RANGE, 1)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODE = json.JSONDecoder(parse_constant=_refuse).decode


class Said(NamedTuple):
    """``value`` in the unit of ``quantity``; ``unit`` and ``quality`` None where not told."""

    quantity: str
    value: int | float
    unit: str | None
    quality: Quality | None


def parse(line: bytes) -> Said | Bad:
    try:
        told = _DECODE(line.decode("utf-8"))
    except (ValueError, RecursionError):  # no JSON, no UTF-8, or brackets without end
        return NOISE
    return _said(told) if type(told) is dict else NOISE


def _said(told: dict[str, object]) -> Said | Bad:
    quantity, value = told.get("quantity"), told.get("value")
    known = QUANTITIES.get(quantity) if type(quantity) is str else None
    if known is None or not (type(value) is float or type(value) is int):  # bool is no number
        return NOISE
    if not known.low <= value <= known.high:
        return _RANGE
    unit, quality = told.get("unit"), told.get("quality")
    if unit not in (None, known.unit) or quality not in _WORDS:
        return NOISE
    told_unit = None if unit is None else known.unit
    return Said(known.name, value, told_unit, None if quality is None else Quality(str(quality)))


def show(frame: Said) -> Mapping[str, object]:
    told = {"unit": frame.unit, "quality": frame.quality and frame.quality.value}
    known = {key: value for key, value in told.items() if value is not None}
    return {"quantity": frame.quantity, "value": frame.value, **known}


PROTOCOL = Protocol(
    name="jsonl", take=take_line(parse, HEADS, MOST), show=show, most=MOST + 1, end=b"\n"
)
