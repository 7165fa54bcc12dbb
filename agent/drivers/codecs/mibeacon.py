"""Xiaomi's MiBeacon: service data of 0xFE95, of many makers, open or encrypted.

    control(2) product(2) counter(1) [address(6)] [capability(1) [io(2)]] objects
    … sealed counter(3) tag(4)          control bit 3, version 4 and 5: AES-CCM
    … sealed counter(3) nothing(1)      the same, version 2 and 3: without a tag

Little endian; an object is its type (2), its length (1) and its value.  Of ``control``: bit 4 the
address is inside, bit 5 capabilities, bit 6 an object, bit 7 a mesh device, bits 12 to 15 the
version.  (Xiaomi, MiBeacon protocol, as read by xiaomi-ble.)  What the objects mean is xiaomi-ble's
table, which is installed beside Linli (the extra ``xiaomi``); so are the older plant sensors and
scales with service data of their own.
"""

import struct
from collections.abc import Iterator, Mapping
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

SERVICE: Final = sig(0xFE95)
OTHERS: Final = {sig(0xFD50): 9, sig(0x181D): 10, sig(0x181B): 13}
"""Plant sensor and scales: their service data has so many bytes, and no envelope."""

ENCRYPTED, ADDRESSED, ABLE, OBJECT, MESH = 0x08, 0x10, 0x20, 0x40, 0x80
OLDEST, TAGGED = 2, 4  # versions: the first that is read, the first with a tag
INPUT_OUTPUT: Final = 0x20  # of the capability byte: one more byte follows
HEAD, ADDRESS, OBJECT_HEAD = 5, 6, 3
SEAL, TAG = 7, 4  # counter and tag, and of them the tag
ASSOCIATED: Final = b"\x11"
LOCK, LOCK_EVENT = 0x000B, 9  # its type, and the bytes of its value
KEY, OLD_KEY = 16, 12
"""Bytes; the old ones come with or without the four in their middle that are always the same."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``counter``: the same in an advertisement that is repeated; None of scales."""

    told: tuple[Told, ...]
    counter: int | None


class Hearing:
    """One device's advertisements."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def take(self, buffer: bytes, direction: Direction | None) -> Taken[Frame]:
        read = Why.FORMAT if direction is Direction.HOST else self._read(buffer)
        return Got(read, len(buffer)) if isinstance(read, Frame) else wreck(read, buffer)

    def _read(self, data: bytes) -> Frame | Why | More:
        service = self._given.service or SERVICE
        if service != SERVICE:
            return self._other(data, service)
        why = self._envelope(data)
        if why is not None:
            return why
        if data[0] & ENCRYPTED and data[0] & OBJECT:
            return self._old(data) if data[1] >> 4 < TAGGED else self._opened(data)
        return self._told(data)

    def _other(self, data: bytes, service: str) -> Frame | Why | More:
        size = OTHERS.get(service)
        if size is None or len(data) > size:
            return Why.FORMAT
        if len(data) < size:
            return MORE
        reader = parser("xiaomi_ble.parser").XiaomiBluetoothDeviceData()
        told = ask(reader, Heard(address=NOBODY, service_data={service: data}))
        return Frame(told, None) if told else Why.FORMAT

    def _envelope(self, data: bytes) -> Why | More | None:
        """What is wrong with it, as far as can be told without its key."""
        if len(data) < HEAD or _objects_at(data) > len(data):
            return MORE
        if data[1] >> 4 < OLDEST:
            return Why.VERSION
        if data[0] & MESH or self._is_others(data):
            return Why.FORMAT
        objects = data[_objects_at(data) :]
        if not data[0] & OBJECT:
            return None
        if data[0] & ENCRYPTED:
            return self._sealed(data, len(objects))
        return MORE if _is_cut(objects) else None

    def _is_others(self, data: bytes) -> bool:
        """Whether it speaks of somebody else: it is sent on, or made up."""
        return bool(data[0] & ADDRESSED) and self._given.address not in (None, _inside(data))

    def _sealed(self, data: bytes, size: int) -> Why | More | None:
        key, version = self._given.key, data[1] >> 4
        if size < SEAL + (2 if version >= TAGGED else 0):
            return MORE
        sizes = (KEY,) if version >= TAGGED else (OLD_KEY, KEY)
        known = self._given.address is not None or data[0] & ADDRESSED
        return None if key is not None and len(key) in sizes and known else Why.KEY

    def _opened(self, data: bytes) -> Frame | Why:
        """What was sealed, as if it had been sent open."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # megabytes without a key
        from cryptography.hazmat.primitives.ciphers.aead import AESCCM  # noqa: PLC0415

        start, turned = _objects_at(data), bytes.fromhex(self._address(data).replace(":", ""))[::-1]
        nonce = turned + data[2:HEAD] + data[-SEAL:-TAG]
        try:
            cipher = AESCCM(self._given.key or b"", tag_length=TAG)
            objects = cipher.decrypt(nonce, data[start:-SEAL] + data[-TAG:], ASSOCIATED)
        except InvalidTag:
            return Why.KEY
        if _is_cut(objects):
            return Why.FORMAT
        return self._told(bytes((data[0] & ~ENCRYPTED,)) + data[1:start] + objects)

    def _old(self, data: bytes) -> Frame | Why:
        """Without a tag a wrong key gives anything; most of it is no object."""
        reader = parser("xiaomi_ble.parser").XiaomiBluetoothDeviceData(self._given.key)
        told = ask(reader, Heard(address=self._address(data), service_data={SERVICE: data}))
        return Frame(told, data[HEAD - 1]) if told else Why.KEY

    def _told(self, data: bytes) -> Frame | Why:
        """Of open objects.  A lock's alarms are read here: xiaomi-ble 1.21 stumbles over them."""
        start, alarms, others = _objects_at(data), list[Told](), b""
        for kind, value in _objects(data[start:] if data[0] & OBJECT else b""):
            alarm = _alarm(value) if kind == LOCK else ()
            alarms += alarm
            others += b"" if alarm else struct.pack("<HB", kind, len(value)) + value
        reader = parser("xiaomi_ble.parser").XiaomiBluetoothDeviceData()
        plain = Heard(address=self._address(data), service_data={SERVICE: data[:start] + others})
        told = (*ask(reader, plain), *alarms)
        return Frame(told, data[HEAD - 1]) if told else Why.FORMAT

    def _address(self, data: bytes) -> str:
        return _inside(data) if data[0] & ADDRESSED else self._given.address or NOBODY


def _objects(objects: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and value of each; they are not cut."""
    at = 0
    while at < len(objects):
        kind, size = struct.unpack_from("<HB", objects, at)
        yield kind, objects[at + OBJECT_HEAD : at + OBJECT_HEAD + size]
        at += OBJECT_HEAD + size


def _alarm(value: bytes) -> tuple[Told, ...]:
    """A lock's event in which a trouble stands where the key would; none if it is another one."""
    locks = parser("xiaomi_ble.locks")
    if len(value) != LOCK_EVENT:
        return ()
    error = locks.BLE_LOCK_ERROR.get(int.from_bytes(value[1:5], "little"))
    action, method = (
        locks.BLE_LOCK_ACTION.get(value[0] & 0x0F),
        locks.BLE_LOCK_METHOD.get(value[0] >> 4),
    )
    if error is None or action is None or method is None:
        return ()
    return (
        Told("lock_method", method.value),
        Told("lock", action[2], sort="event"),
        Told("error", error, sort="event"),
    )


def _objects_at(data: bytes) -> int:
    """Where the objects begin; beyond the end if it is cut before them."""
    at = HEAD + (ADDRESS if data[0] & ADDRESSED else 0)
    if data[0] & ABLE:
        at += 2 if data[at : at + 1] and data[at] & INPUT_OUTPUT else 1
    return at


def _inside(data: bytes) -> str:
    turned = data[HEAD : HEAD + ADDRESS][::-1]
    return ":".join(f"{byte:02X}" for byte in turned)


def _is_cut(objects: bytes) -> bool:
    """Whether the last object ends too soon."""
    at = 0
    while at < len(objects):
        if at + OBJECT_HEAD > len(objects):
            return True
        at += OBJECT_HEAD + objects[at + 2]
    return at == 0 or at > len(objects)


def take(buffer: bytes, direction: Direction | None) -> Taken[Frame]:
    return Hearing(NOTHING).take(buffer, direction)


def show(frame: Frame) -> Mapping[str, object]:
    return shown(frame.told)


PROTOCOL = Protocol(
    name="mibeacon",
    take=take,
    show=show,
    most=MOST,
    inside=alone,
    given=("address", "key", "service"),
    reader=lambda given: Hearing(given).take,
    needs="xiaomi_ble",
)
