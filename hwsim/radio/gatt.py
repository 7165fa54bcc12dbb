"""The peripheral's side of ATT and GATT: what it offers, and how it says no.

Source: Bluetooth Core Specification 5.4, Vol 3, Part F (ATT) and Part G (GATT).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Flag = Literal["read", "write", "write-without-response", "notify", "indicate"]
"""A property of a characteristic, in BlueZ's words."""

READ_NOT_PERMITTED, WRITE_NOT_PERMITTED = 0x02, 0x03
NOT_AUTHENTICATED = 0x05  # BlueZ tells it as "Not paired"
NOT_SUPPORTED = 0x06
NOT_AUTHORISED = 0x08
INVALID_LENGTH = 0x0D
INSUFFICIENT_ENCRYPTION = 0x0F
APPLICATION = 0x80  # 0x80 to 0x9F are the device's own
SMALLEST_MTU = 23  # Vol 3, Part G, 5.2.1: of an LE link before it is exchanged
HEADER = 3  # opcode and handle: a notification or a write command carries the MTU less this

SIG = "-0000-1000-8000-00805f9b34fb"


def sig(number: int) -> str:
    """A 16-bit UUID in full, in lower case."""
    return f"{number:08x}{SIG}"


class AttError(Exception):
    """The peripheral refuses a read or a write with this ATT code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ATT error 0x{code:02x}")
        self.code = code


class Unanswered(Exception):
    """The peripheral never answers this request.  After 30 s the host gives the link up."""


@dataclass(slots=True, eq=False)
class Characteristic:
    """One value of a peripheral.  What a handler raises is AttError or Unanswered.

    ``value`` is what a read gives where there is no ``on_read``.  ``on_write`` gets the bytes and
    the boot time at which they were written, for ``told`` and ``asked``.  ``on_subscribe`` is
    called with True when the host turns notifications (or indications) on, with False when they
    end, the end of the link included.  A missing flag refuses by itself: 0x02 or 0x03.
    """

    uuid: str  # 128 bits in full, lower case
    flags: tuple[Flag, ...]
    value: bytes = b""
    on_read: Callable[[], bytes] | None = None
    on_write: Callable[[bytes, int], None] | None = None
    on_subscribe: Callable[[bool], None] | None = None

    @property
    def notifies(self) -> bool:
        return "notify" in self.flags or "indicate" in self.flags


@dataclass(slots=True, eq=False)
class Service:
    uuid: str
    characteristics: tuple[Characteristic, ...] = field(default_factory=tuple)
