"""BTHome version 2: measurements in the service data of 0xFCD2, open or encrypted.

    info [address] objects                      info bit 0 is 0
    info [address] sealed counter(4) tag(4)     info bit 0 is 1: AES-CCM, the counter only grows

Of ``info``: bit 1 the address is inside, bit 2 it speaks only when something happens, bits 5 to 7
the version.  An object is its number and its bytes, little endian; of text (53) and raw (54) the
length stands before them.  (bthome.io/format, bthome.io/encryption.)  What the objects mean is
bthome-ble's table.
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
    sig,
    wreck,
)
from agent.drivers.codecs.base import (
    MORE,
    NOTHING,
    Direction,
    Given,
    Got,
    More,
    Protocol,
    Taken,
    Why,
)

SERVICE: Final = sig(0xFCD2)
VERSION_1: Final = (sig(0x181C), sig(0x181E))
VERSION: Final = 2
ENCRYPTED, ADDRESSED, TRIGGERED = 0x01, 0x02, 0x04
COUNTER, TAG, KEY = 4, 4, 16
LEAST: Final = 2  # an object: its number and one byte
_LONG: Final = ("raw", "string")  # a length stands before them
_COMMAND: Final = "command"  # its length is five bits, and does not count the first byte


@dataclass(frozen=True, slots=True)
class Frame:
    """``counter``: of what was encrypted.  ``packet``: its number, the same when it is repeated."""

    told: tuple[Told, ...]
    counter: int | None
    packet: int | None
    triggered: bool


class Hearing:
    """One beacon's advertisements as they come; a counter that does not grow is a replay."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._counter = -1

    def take(self, buffer: bytes, direction: Direction | None) -> Taken[Frame]:
        read = Why.FORMAT if direction is Direction.HOST else self._read(buffer)
        return Got(read, len(buffer)) if isinstance(read, Frame) else wreck(read, buffer)

    def _read(self, data: bytes) -> Frame | Why | More:
        service = self._given.service
        if data[0] >> 5 != VERSION or service in VERSION_1:
            return Why.VERSION
        if service not in (None, SERVICE):
            return Why.FORMAT
        start = 7 if data[0] & ADDRESSED else 1
        if data[0] & ENCRYPTED:
            return self._sealed(data, start)
        return Why.KEY if self._given.key is not None else _open(data, start)

    def _sealed(self, data: bytes, start: int) -> Frame | Why | More:
        key, address = self._given.key, self._given.address
        if len(data) < start + LEAST + COUNTER + TAG:
            return MORE
        if key is None or len(key) != KEY or (address is None and not data[0] & ADDRESSED):
            return Why.KEY
        reader = parser("bthome_ble").BTHomeBluetoothDeviceData(key)
        told = ask(reader, _heard(data, address))
        if not reader.bindkey_verified:
            return Why.KEY
        counter = int.from_bytes(data[-COUNTER - TAG : -TAG], "little")
        if counter <= self._counter:
            return Why.REPLAY
        self._counter = counter
        return _frame(told, data[0], counter)


def _open(data: bytes, start: int) -> Frame | Why | More:
    if len(data) < start + LEAST or _is_cut(data[start:]):
        return MORE
    reader = parser("bthome_ble").BTHomeBluetoothDeviceData()
    return _frame(ask(reader, _heard(data, None)), data[0], None)


def _heard(data: bytes, address: str | None) -> Heard:
    return Heard(address=address or NOBODY, service_data={SERVICE: data})


def _frame(told: tuple[Told, ...], info: int, counter: int | None) -> Frame | Why:
    if not told:
        return Why.FORMAT  # nothing in it is known
    packets = [each.value for each in told if each.name == "packet_id"]
    packet = int(packets[0]) if packets and isinstance(packets[0], int | float) else None
    return Frame(told, counter, packet, bool(info & TRIGGERED))


def _is_cut(objects: bytes) -> bool:
    """Whether the last object ends too soon.  Behind an unknown one nothing can be told."""
    known, at = parser("bthome_ble.const").MEAS_TYPES, 0
    while at < len(objects) and (kind := known.get(objects[at])) is not None:
        form = kind.data_format
        if form in _LONG or form == _COMMAND:
            if at + 1 >= len(objects):
                return True
            length = objects[at + 1]
            at += 3 + (length & 0x1F) if form == _COMMAND else 2 + length
        else:
            at += 1 + int(kind.data_length)
    return at > len(objects)


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    return Hearing(NOTHING).take(buffer, direction)


def show(frame: Frame) -> Mapping[str, object]:
    return shown(frame.told)


PROTOCOL = Protocol(
    name="bthome",
    take=take,
    show=show,
    most=MOST,
    inside=alone,
    given=("address", "key", "service"),
    reader=lambda given: Hearing(given).take,
)
