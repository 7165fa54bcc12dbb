"""What an OSDP reader tells, as events.  Pure; nothing a reader says makes it raise."""

from collections.abc import Iterable

from agent.drivers.base import Seat
from agent.drivers.codecs import wiegand
from agent.drivers.doors import osdp_peer as osdp
from agent.drivers.doors.cards import Held, card_read
from agent.drivers.doors.osdp_peer import Told
from agent.model.messages import Event
from agent.model.time import Stamp

MOST_BITS = 512  # of a card; PIV's 200 are the longest in use
HOLD_NS = 1_000_000_000
"""Most readers tell a card once, some as long as it is held."""

_FAULTS = ("tamper", "power")  # SIA OSDP 2.2, 7.6: local status, two bytes


class Events:
    """Remembers what is held and what is broken, and tells changes."""

    def __init__(self, seat: Seat) -> None:
        self._seat, self._held = seat, Held(HOLD_NS)
        self._broken: frozenset[str] = frozenset()

    def of(self, told: Told, at: Stamp) -> Iterable[Event]:
        if told.code == osdp.RAW:
            return self._card(told.data, at)
        if told.code == osdp.KEYPAD:
            return self._keys(told.data, at)
        if told.code == osdp.LSTATR:
            return self._status(told.data, at)
        return ()

    def _card(self, data: bytes, at: Stamp) -> Iterable[Event]:
        """``data``: reader, format, bits (2), the bits from the left."""
        size = int.from_bytes(data[2:4], "little")
        if not 0 < size <= MOST_BITS or len(data) < 4 + (size + 7) // 8:
            return ()
        bits = f"{int.from_bytes(data[4:]):0{8 * len(data[4:])}b}"[:size]
        number, technology = _named(bits)
        fresh = self._held.is_new(number, at)
        return [card_read(self._seat, at, number, technology)] if fresh else ()

    def _keys(self, data: bytes, at: Stamp) -> Iterable[Event]:
        """``data``: reader, how many, keys as ASCII (0D is #, 7F is *).  A PIN is not told."""
        keys = data[2 : 2 + data[1]] if len(data) > 1 else b""
        if not keys:
            return ()
        return [self._event(at, "keys_pressed", {"count": len(keys)}, keys)]

    def _status(self, data: bytes, at: Stamp) -> Iterable[Event]:
        """``data``: tamper, power."""
        broken = frozenset(name for name, byte in zip(_FAULTS, data, strict=False) if byte)
        fresh, self._broken = broken - self._broken, broken
        return [self._event(at, "fault_reported", {"fault": name}) for name in sorted(fresh)]

    def _event(
        self,
        at: Stamp,
        kind: str,
        data: dict[str, str | int | float | bool | None],
        raw: bytes = b"",
    ) -> Event:
        seat = self._seat
        return Event(device=seat.device, at=at, kind=kind, data=data, point=seat.point, raw=raw)


def _named(bits: str) -> tuple[str, str]:
    """As a Wiegand reader would tell it if its parities are right, else all its bits."""
    card = wiegand.parse(bits.encode("ascii"))
    if isinstance(card, wiegand.Card):
        return card.number, f"wiegand-{card.bits}"
    return f"{int(bits, 2):0{(len(bits) + 3) // 4}X}", f"raw-{len(bits)}"
