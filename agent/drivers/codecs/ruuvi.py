"""Ruuvi's advertisements: manufacturer data of company 0x0499, big-endian, the format first.

    03  RAWv1, 14 bytes       05  RAWv2, 24       06  Ruuvi Air, 20       E1  Ruuvi Air, 40

All open, and without a check.  A sensor that is missing or broken has a value of its own, which
comes out as None.  (docs.ruuvi.com/communication/bluetooth-advertisements.)  The values are
ruuvitag-ble's; the number of the measurement is read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agent.drivers.codecs.adverts import (
    MOST,
    NOBODY,
    Heard,
    Told,
    alone,
    ask,
    parser,
    shown,
    wreck,
)
from agent.drivers.codecs.base import MORE, Direction, Got, More, Protocol, Taken, Why

COMPANY: Final = 0x0499


@dataclass(frozen=True, slots=True)
class _Form:
    """``sequence``: where the number of the measurement stands, if there is one."""

    size: int
    exact: bool
    sequence: slice | None


_FORMS: Final = {
    0x03: _Form(14, exact=True, sequence=None),
    0x05: _Form(24, exact=True, sequence=slice(16, 18)),
    0x06: _Form(20, exact=False, sequence=slice(15, 16)),
    0xE1: _Form(40, exact=False, sequence=slice(25, 28)),
}
"""Of 06 and E1 the makers say that more may follow some day."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``sequence``: the same in an advertisement that is repeated; None where it is not told."""

    told: tuple[Told, ...]
    sequence: int | None


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    read = Why.FORMAT if direction is Direction.HOST else _read(buffer)
    return Got(read, len(buffer)) if isinstance(read, Frame) else wreck(read, buffer)


def _read(data: bytes) -> Frame | Why | More:
    form = _FORMS.get(data[0])
    if form is None:
        return Why.VERSION
    if len(data) < form.size:
        return MORE
    if form.exact and len(data) > form.size:
        return Why.FORMAT
    reader = parser("ruuvitag_ble").RuuvitagBluetoothDeviceData()
    told = ask(reader, Heard(address=NOBODY, manufacturer_data={COMPANY: data}))
    number = int.from_bytes(data[form.sequence], "big") if form.sequence else None
    return Frame(told, number)


def show(frame: Frame) -> Mapping[str, object]:
    return shown(frame.told)


PROTOCOL = Protocol(name="ruuvi", take=take, show=show, most=MOST, inside=alone, given=("address",))
