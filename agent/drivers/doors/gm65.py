"""GM65-class QR readers (GM65, GM65-S, GM805, GM861): a code shown is an event.

The reader must be set to end each code with CR, CR LF or LF; ``configure`` does it.  A code
without an end is never reported: it would only be known for whole when the next person shows
theirs, and would open the door for the wrong one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from agent.drivers.arguments import number_of
from agent.drivers.base import Driver, Model, Refused, Seat
from agent.drivers.codecs.gm65 import Codes
from agent.drivers.codecs.scans import Scan
from agent.drivers.doors import gm65_zones as zones
from agent.drivers.doors.codes import code_scanned, setting_read
from agent.drivers.doors.gm65_zones import Zones
from agent.line.asking import Asks, Manners
from agent.model.messages import Command, Message, Value
from agent.model.time import Now, Stamp

MOST_READ = 64  # zones in one question; the longest block of the table has 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Gm65Options:
    """``idle_ms``: silence after which a code that was begun is forgotten.

    ``asks``: its RX is connected, so it can be asked whether it is there.
    """

    idle_ms: Annotated[int, Interval(ge=20, le=5000)] = 400  # the module's own limit in a frame
    asks: bool = True


class Gm65:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, Gm65Options) else Gm65Options()
        self._seat, self._idle_ns = seat, options.idle_ms * 1_000_000
        self._codes = Codes()
        self._last: Stamp | None = None

    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        if self._last is not None and at.mono_ns - self._last.mono_ns > self._idle_ns:
            self._codes.reset()
        self._last = at
        scans = [frame for frame in self._codes.feed(data) if isinstance(frame, Scan)]
        return [code_scanned(self._seat, at, scan.code) for scan in scans if scan.code]

    async def act(self, line: Asks, command: Command, now: Now) -> Iterable[Message]:
        told = await self._do(Zones(line), command)
        at = now()
        return [setting_read(self._seat, at, name, value) for name, value in told.items()]

    async def _do(self, module: Zones, command: Command) -> dict[str, Value]:
        match command.action:
            case "trigger":
                await module.write(zones.TRIGGER, b"\x01")
                return {}
            case "mode":
                return await _set_mode(module, command)
            case "configure":
                return await _configure(module)
            case "identify":
                version, divisor = (
                    await module.read(zones.VERSION, 6),
                    await module.read(zones.BAUD, 2),
                )
                return {"version": version.hex(), "baud": zones.baud_of(divisor)}
            case "read":
                zone, count = (
                    number_of(command, "zone", 0xFFFF),
                    max(1, number_of(command, "count", MOST_READ, 1)),
                )
                return {f"zone {zone:#06x}": (await module.read(zone, count)).hex()}
            case "write":
                return await _write(module, command)
        raise Refused(f"a reader cannot {command.action} 扫码模块没有这个动作")


class AskedGm65(Gm65):
    """Asked for its baud rate now and then, to see that it is there."""

    @property
    def every(self) -> float:
        """Seconds."""
        return 60.0

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        del now  # that it answered is all
        await Zones(line).read(zones.BAUD, 2)
        return ()


async def _configure(module: Zones) -> dict[str, Value]:
    """Codes end with CR, and nobody re-programmes the reader by showing it a code."""
    changed = [await module.settle(bits) for bits in (zones.CR_TAIL, zones.NO_SETTING_CODES)]
    if any(changed):
        await module.save()
    return {"tail": "CR", "setting_codes": "off"}


async def _set_mode(module: Zones, command: Command) -> dict[str, Value]:
    mode = command.args.get("mode")
    if not isinstance(mode, str) or mode not in zones.MODES:
        raise Refused(f"mode {mode!r} is not one of {', '.join(zones.MODES)} 没有这个识读模式")
    if await module.settle(zones.MODES[mode]):
        await module.save()
    return {"mode": mode}


async def _write(module: Zones, command: Command) -> dict[str, Value]:
    zone, value = number_of(command, "zone", 0xFFFF), number_of(command, "value", 0xFF)
    if zone in zones.CUTS_OFF:
        raise Refused(f"zone {zone:#06x} would cut the reader off 该设置会使读头失联")
    if zone == zones.SETTING_CODES and not value & 0b10:
        raise Refused("setting codes stay switched off 设置码必须保持关闭")
    if await module.settle(zones.Bits(zone, 0xFF, value)):
        await module.save()
    return {f"zone {zone:#06x}": f"{value:02x}"}


def _build(seat: Seat) -> Driver:
    options = seat.options if isinstance(seat.options, Gm65Options) else Gm65Options()
    return AskedGm65(seat) if options.asks else Gm65(seat)


MODEL = Model(
    name="gm65",
    build=_build,
    options=Gm65Options,
    zh="GM65 系列二维码扫描模块",
    en="GM65-class QR reader",
    baud=9600,
    manners=Manners(patience=0.5, quiet=0.2),  # it answers within its own pause of 0.4 s
    shares=False,
    urgent=True,
    protocol="gm65",
    tells=("code_scanned", "setting_read"),
    does=("trigger", "mode", "configure", "identify", "read", "write"),
    longest=10.0,  # ``configure`` may ask seven times, each twice
)
