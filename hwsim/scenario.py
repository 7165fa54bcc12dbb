"""A world as somebody writes it down: wires, devices, and what happens when (docs/hwsim.md)."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from hwsim.bus import BusSpec
from hwsim.devices.base import Sim
from hwsim.devices.register import SIMS
from hwsim.orders import Harm, Order, order
from hwsim.radio.bluez.bluez import AdapterSpec
from hwsim.tables import Table, Unfit, make, meant

T = TypeVar("T")
MAC = re.compile("[0-9A-F]{2}(:[0-9A-F]{2}){5}", re.IGNORECASE)
TABLES = ("world", "bus", "device", "act", "harm")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldTable:
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BusTable:
    """``kind`` socket: a serial server on the loopback; ``port`` 0 takes any that is free.

    ``kind`` ble: a radio; ``adapter`` to ``rssi_always`` are its adapter's.  ``kind`` camera: what
    comes behind those is its pictures'; ``tcp``, ``rtsp``: on the loopback as well.
    """

    id: str
    kind: Literal["pty", "socket", "ble", "camera"] = "pty"
    port: int = 0
    baud: int = 9600
    format: str = "8N1"
    rs485: bool = False
    chunk_ms: float = 16.0
    adapter: str = "00:1A:7D:DA:71:13"
    max_links: int = 10
    temporary_s: float = 30.0  # an unheard device is forgotten
    rssi_always: bool = True  # False: as BlueZ does after 5.87, only a change of 8 dB is told
    fps: float = 10.0
    width: int = 1280
    height: int = 720
    tcp: bool = False
    rtsp: bool = False

    def radio(self) -> AdapterSpec:
        return AdapterSpec(
            address=self.adapter,
            max_links=self.max_links,
            temporary_s=self.temporary_s,
            rssi_always=self.rssi_always,
        )

    def sight(self) -> dict[str, object]:
        keys = ("fps", "width", "height", "tcp", "rtsp")
        return {key: getattr(self, key) for key in keys}

    def spec(self) -> BusSpec:
        return BusSpec(
            id=self.id,
            baud=self.baud,
            format=self.format,
            rs485=self.rs485,
            chunk_ms=self.chunk_ms,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTable:
    id: str
    sim: str
    bus: str
    address: int | str | None = None  # of a radio device: AA:BB:CC:DD:EE:FF
    options: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """``every_s`` None: once."""

    at_s: float
    every_s: float | None
    order: Order


@dataclass(frozen=True, slots=True)
class Scenario:
    seed: int
    buses: tuple[BusTable, ...]
    devices: tuple[tuple[DeviceTable, object], ...]  # with their options, made
    timeline: tuple[Timed, ...]


def load(path: Path) -> Scenario:
    """Unfit with all that is wrong with the file."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise Unfit([f"{path}: {wrong}"]) from wrong
    return _Reader(table).read()


class _Reader:
    def __init__(self, table: Table) -> None:
        self._table, self._faults = table, list[str]()

    def read(self) -> Scenario:
        for name in self._table:
            if name not in TABLES:
                self._faults.append(f"{name}: unknown{meant(name, dict.fromkeys(TABLES))}")
        world = self._try(lambda: make(WorldTable, self._table.get("world", {}), "world"))
        buses = [bus for row, at in self._rows("bus") if (bus := self._try_make(BusTable, row, at))]
        devices = [each for row, at in self._rows("device") if (each := self._device(row, at))]
        self._references(buses, [device for device, _ in devices])
        timeline = [
            *(timed for row, at in self._rows("act") if (timed := self._act(row, at))),
            *(timed for row, at in self._rows("harm") if (timed := self._harm(row, at))),
        ]
        if self._faults or world is None:
            raise Unfit(self._faults)
        return Scenario(world.seed, tuple(buses), tuple(devices), tuple(timeline))

    def _rows(self, name: str) -> list[tuple[Table, str]]:
        rows = self._table.get(name, [])
        if not isinstance(rows, list):
            self._faults.append(f"{name}: write it as [[{name}]]")
            return []
        return [(row, f"{name}[{number}]") for number, row in enumerate(rows)]

    def _try_make(self, kind: type[T], row: Table, at: str) -> T | None:
        return self._try(lambda: make(kind, row, at))

    def _try(self, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except Unfit as unfit:
            self._faults += unfit.faults
            return None

    def _device(self, row: Table, at: str) -> tuple[DeviceTable, object] | None:
        table = self._try(lambda: make(DeviceTable, row, at))
        if table is None:
            return None
        sim = SIMS.get(table.sim)
        if sim is None:
            self._faults.append(f"{at}.sim: {table.sim!r} is unknown{meant(table.sim, SIMS)}")
            return None
        self._faults += _address_faults(table, sim, at)
        options: object | None = self._try(
            lambda: make(sim.options, table.options or {}, f"{at}.options")
        )
        return None if options is None else (table, options)

    def _references(self, buses: list[BusTable], devices: list[DeviceTable]) -> None:
        ids = [*(bus.id for bus in buses), *(device.id for device in devices)]
        self._faults += [f"id {one!r}: given twice" for one in {*ids} if ids.count(one) > 1]
        known = {bus.id: bus for bus in buses}
        for device in devices:
            bus = known.get(device.bus)
            if bus is None:
                fault = f"bus {device.bus!r} is unknown{meant(device.bus, known)}"
                self._faults.append(f"device {device.id}: {fault}")
            elif _kind_of(SIMS[device.sim]) != {"ble": "ble", "camera": "camera"}.get(bus.kind):
                fault = f"{device.sim} cannot be on a bus of kind {bus.kind}"
                self._faults.append(f"device {device.id}: {fault}")

    def _act(self, row: Mapping[str, Any], at: str) -> Timed | None:
        rest = {key: value for key, value in row.items() if key not in ("at_s", "every_s")}
        told = self._try(lambda: order(rest, at))
        return None if told is None else self._timed(row, at, told)

    def _harm(self, row: Mapping[str, Any], at: str) -> Timed | None:
        rest = {key: value for key, value in row.items() if key not in ("at_s", "every_s")}
        told = self._try(lambda: make(Harm, rest, at))
        return None if told is None else self._timed(row, at, told)

    def _timed(self, row: Mapping[str, Any], at: str, told: Order) -> Timed | None:
        at_s, every_s = row.get("at_s", 0.0), row.get("every_s")
        for key, value in (("at_s", at_s), ("every_s", every_s)):
            if value is not None and (not isinstance(value, int | float) or value < 0):
                self._faults.append(f"{at}.{key}: {value!r} is not a number of seconds")
                return None
        return Timed(float(at_s), None if every_s is None else float(every_s), told)


def _kind_of(sim: Sim) -> str | None:
    if sim.radio:
        return "ble"
    return "camera" if sim.sight else None


def _address_faults(table: DeviceTable, sim: Sim, at: str) -> list[str]:
    if table.address is None:
        return [f"{at}.address: missing"] if sim.needs_address or sim.radio else []
    if sim.radio and not (isinstance(table.address, str) and MAC.fullmatch(table.address)):
        return [f"{at}.address: {table.address!r} is not like A4:C1:38:8D:18:B2"]
    if not sim.radio and isinstance(table.address, str):
        return [f"{at}.address: {table.address!r} is not a whole number"]
    return []
