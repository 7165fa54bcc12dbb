"""Small UPS that speak Megatec (``codecs/megatec.py``): is there mains, and how long without.

The protocol has no checksum, so what the flags tell is believed when a second answer tells the
same.  How full a battery is it does not say at all: ``battery`` is worked out from the voltage
alone, as others do (networkupstools, nutdrv_qx: 104/120 of the nominal voltage is empty, 130/120 is
full), and is therefore ``suspect``.

The driver only asks.  It never switches an UPS off, which would switch off the box.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, NamedTuple

from annotated_types import Interval

from agent.drivers.base import Model, Seat
from agent.drivers.codecs import megatec
from agent.drivers.codecs.base import Bad, Direction, Got, Taken, Why, search
from agent.drivers.codecs.megatec import Status
from agent.line.asking import Asks, Found, Manners
from agent.model.messages import Event, Message, Quality, Reading, Value
from agent.model.time import Now, Stamp

QUESTION = megatec.encode("Q1")
MAINS_LOST, BATTERY_LOW, FAILED = 7, 6, 4  # bits of the flags
CELL_V = 2  # a lead cell's nominal voltage
EMPTY, FULL = Decimal(104) / 120, Decimal(130) / 120


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsOptions:
    """``nominal``: volts of the battery, 12 for each block; 0 if unknown, then nothing is worked
    out of its voltage, and an on-line UPS, which tells that of one cell, tells none.
    """

    nominal: Annotated[int, Interval(ge=0, le=480)] = 0


class Flags(NamedTuple):
    mains_lost: bool
    battery_low: bool
    failed: bool


class UpsQ1:
    every = 2.0  # an answer takes a quarter of a second at 2400 baud

    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, UpsOptions) else UpsOptions()
        self._seat, self._nominal = seat, Decimal(options.nominal)
        self._known: Flags | None = None
        self._lost_at: Stamp | None = None

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        status = await self._ask(line)
        at, events = now(), list[Message]()
        if (flags := _flags(status)) != self._known and _flags(await self._ask(line)) == flags:
            events = self._news(flags, status, at)
        return [*self._readings(status, at), *events]

    async def _ask(self, line: Asks) -> Status:
        return await line.ask(QUESTION, _status, expect=47)

    def _readings(self, status: Status, at: Stamp) -> list[Message]:
        battery = self._charge(status)
        told = {
            "mains_voltage": status.input_v,
            "voltage": self._voltage(status),
            "battery": battery,
            "load": status.load,
            "temperature": status.temperature,
        }
        return [
            Reading(
                device=self._seat.device,
                at=at,
                quantity=quantity,
                value=float(value),
                quality=Quality.SUSPECT if quantity == "battery" else Quality.GOOD,
                point=self._seat.point,
            )
            for quantity, value in told.items()
            if value is not None
        ]

    def _voltage(self, status: Status) -> Decimal | None:
        """Volts of the whole battery."""
        volts = status.battery_v
        if volts is None or volts.as_tuple().exponent == -1:
            return volts
        return volts * self._nominal / CELL_V if self._nominal else None

    def _charge(self, status: Status) -> Decimal | None:
        """Per cent."""
        volts = self._voltage(status)
        if volts is None or not self._nominal:
            return None
        part = (volts / self._nominal - EMPTY) / (FULL - EMPTY)
        return round(100 * min(max(part, Decimal(0)), Decimal(1)), 1)

    def _news(self, flags: Flags, status: Status, at: Stamp) -> list[Message]:
        before, self._known = self._known, flags
        was = before or Flags(mains_lost=False, battery_low=False, failed=False)
        battery = {"battery": _json(self._charge(status)), "voltage": _json(self._voltage(status))}
        events = list[Message]()
        if flags.mains_lost and not was.mains_lost:
            self._lost_at = None if before is None else at
            events.append(self._event("mains_lost", battery | {"first": before is None}, at))
        if was.mains_lost and not flags.mains_lost:
            events.append(self._event("mains_back", battery | {"seconds": self._since(at)}, at))
        if flags.battery_low and not was.battery_low:
            events.append(self._event("battery_low", battery, at))
        if flags.failed and not was.failed:
            events.append(self._event("fault_reported", {"fault": "ups failed"}, at))
        return events

    def _since(self, at: Stamp) -> float | None:
        """Seconds without mains; None if nobody saw it go."""
        gone = self._lost_at
        return None if gone is None else round((at.mono_ns - gone.mono_ns) / 1e9, 1)

    def _event(self, kind: str, data: Mapping[str, Value], at: Stamp) -> Event:
        return Event(device=self._seat.device, at=at, kind=kind, data=data, point=self._seat.point)


def _status(heard: bytes) -> Found[Status] | None:
    """An UPS may repeat the question, or be telling something else."""
    return search(_take_status, heard, lambda _: True)


def _take_status(buffer: bytes, direction: Direction | None) -> Taken[Status]:
    taken = megatec.take(buffer, direction)
    if isinstance(taken, Got):
        frame = taken.frame
        return Got(frame, taken.used) if isinstance(frame, Status) else Bad(Why.FORMAT, 1)
    return taken


def _flags(status: Status) -> Flags:
    return Flags(status.flag(MAINS_LOST), status.flag(BATTERY_LOW), status.flag(FAILED))


def _json(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


MODEL = Model(
    name="ups-q1",
    build=UpsQ1,
    options=UpsOptions,
    zh="不间断电源 UPS（Megatec/Q1 协议）",
    en="UPS (Megatec, Q1)",
    baud=2400,
    manners=Manners(patience=1.0),  # an UPS answers between two turns of its own control
    shares=False,  # RS-232: it has a wire of its own
    protocol="megatec",
    measures=("mains_voltage", "voltage", "battery", "load", "temperature"),
    tells=("mains_lost", "mains_back", "battery_low", "fault_reported"),
)
