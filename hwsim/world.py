"""All of it together: wires with their ports, devices on them, the timeline, and orders."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from hwsim.agenda import Agenda, ns
from hwsim.bus import Bus
from hwsim.devices.base import CannotDo, Device
from hwsim.devices.register import SIMS
from hwsim.floods import FloodTap
from hwsim.orders import (
    Again,
    Away,
    Flood,
    Harm,
    Heal,
    Load,
    Near,
    OfRadio,
    Order,
    Plug,
    Report,
    Set,
    Sever,
    Show,
    Shut,
    Silent,
    Speak,
    Stop,
    Text,
    Unplug,
    WireKind,
)
from hwsim.ports import HostPort, PtyPort, SocketPort
from hwsim.radio.bus import RadioBus
from hwsim.radio.stand import RadioStand
from hwsim.scenario import BusTable, Scenario
from hwsim.sights.bus import CameraBus
from hwsim.sights.stand import SightStand
from hwsim.stand import Ground, Stand
from hwsim.tables import meant
from hwsim.truth import Truth


class World:
    def __init__(self, scenario: Scenario, directory: Path, agenda: Agenda, truth: Truth) -> None:
        self._directory, self._agenda, self._truth = directory, agenda, truth
        self._tables = {table.id: table for table in scenario.buses}
        self._buses = {
            table.id: Bus(table.spec(), agenda, random.Random(f"{scenario.seed}/{table.id}"), truth)
            for table in scenario.buses
            if table.kind not in ("ble", "camera")
        }
        self._radios = {
            table.id: RadioBus(
                table.id, table.radio(), agenda, random.Random(f"{scenario.seed}/{table.id}"), truth
            )
            for table in scenario.buses
            if table.kind == "ble"
        }
        self._cameras = {
            table.id: CameraBus(table.id, table.sight(), agenda, truth)
            for table in scenario.buses
            if table.kind == "camera"
        }
        self._others: dict[str, RadioBus | CameraBus] = {**self._radios, **self._cameras}
        self.ports: dict[str, HostPort] = {}
        self.floods: dict[str, FloodTap] = {}
        self.stopped = False
        self._ground = Ground(scenario.seed, agenda, truth)
        self._stands: dict[str, Stand | RadioStand | SightStand] = {}
        self._devices: dict[str, Device] = {}
        self._where: dict[str, str] = {}
        self._orders: dict[str, tuple[type[Order], ...]] = {}
        for table, options in scenario.devices:
            self._settle(table.id, table.sim, table.bus, table.address, options)
        self._timeline = scenario.timeline

    def begin(self) -> dict[str, str]:
        """Plug everything in and start; the ports by bus.  NoDaemon if a radio cannot be, NoCamera
        if a camera cannot."""
        for name, thing in self._others.items():
            thing.open(self._directory.absolute() / name)
        for camera in self._cameras.values():
            camera.wait()
        for bus in self._buses:
            self._plug(bus)
        for device in self._devices.values():
            device.start()
        for timed in self._timeline:
            self._enter(timed.at_s, timed.every_s, timed.order)
        paths = {bus: port.path for bus, port in self.ports.items()}
        return paths | {bus: thing.path for bus, thing in self._others.items()}

    def end(self) -> None:
        for bus in tuple(self.ports):
            self._pull(bus)
        for thing in self._others.values():
            thing.close()
        self._truth.totals()

    def do(self, order: Order) -> None:
        """CannotDo if that is not possible here or now."""
        match order:
            case Unplug() | Plug() | Harm() | Heal():
                self._bus(order)
            case Silent() | Speak():
                self._mute(order)
            case Flood():
                self._flood(order)
            case Report():
                self._truth.totals()
            case Stop():
                self.stopped = True
            case Away() | Near() | Sever() | Again():
                self._on_air(order)
            case Show() | Load() | Set() | Shut() | Text():
                self._device(order.device, order).do(order)

    def read(self, bus: str) -> None:
        """The host may have written something."""
        if bus in self._radios:
            self._radios[bus].read()
        if bus in self._cameras:
            self._cameras[bus].read()
        port = self.ports.get(bus)
        if port is not None and (data := port.read()):
            self._buses[bus].hear(data)

    @property
    def watched(self) -> dict[int, tuple[str, object]]:
        """What may become readable, whose it is, and the very thing: a number may come again."""
        ports = {fd: (bus, port) for bus, port in self.ports.items() for fd in port.fds}
        airs = {
            fd: (bus, thing)
            for bus, other in self._others.items()
            for fd, thing in other.handles.items()
        }
        return {**ports, **airs}

    @property
    def pressed(self) -> bool:
        """Something waits for room more than for time."""
        return bool(self.floods) or any(radio.waiting for radio in self._radios.values())

    def pour(self) -> bool:
        """Let floods flow; whether any of them could go on at once."""
        eager = False
        for radio in self._radios.values():
            if radio.waiting:
                radio.read()
        for device, flood in tuple(self.floods.items()):
            port = self.ports.get(self._where[device])
            if self._agenda.now >= flood.ends:
                flood.tell(self._truth)
                del self.floods[device]
            elif port is not None:
                eager = flood.pour(port, self._agenda.now, self._truth) or eager
        return eager

    # ── making it ────────────────────────────────────────────────────────────────────────────

    def _settle(
        self, name: str, kind: str, bus: str, address: int | str | None, options: object
    ) -> None:
        stand = self._stand(name, bus, address)
        device = SIMS[kind].build(stand, options)
        if bus in self._buses:
            self._buses[bus].attach(name, device.heard)
        self._stands[name], self._devices[name] = stand, device
        self._where[name], self._orders[name] = bus, SIMS[kind].orders

    def _stand(
        self, name: str, bus: str, address: int | str | None
    ) -> Stand | RadioStand | SightStand:
        if bus in self._cameras:
            sight = SightStand(name, self._ground)
            self._cameras[bus].settle(sight)
            return sight
        if bus in self._radios:
            radio = RadioStand(name, str(address), self._radios[bus].air, self._ground)
            self._radios[bus].air.attach(radio)
            return radio
        number = address if isinstance(address, int) else None
        return Stand(name, number, self._buses[bus], self._ground)

    def _enter(self, at_s: float, every_s: float | None, order: Order) -> None:
        def turn() -> None:
            self.attempt(lambda: self.do(order))
            if every_s is not None:
                self._agenda.after(every_s, turn)

        self._agenda.after(at_s, turn)

    def attempt(self, action: Callable[[], None], control: object = None) -> None:
        """What cannot be done is told; the world goes on."""
        try:
            action()
        except CannotDo as why:
            self._truth.error(str(why), control)

    # ── wires ────────────────────────────────────────────────────────────────────────────────

    def _bus(self, order: Unplug | Plug | Harm | Heal) -> None:
        if order.bus in self._radios:
            self._radios[order.bus].suffer(order)
        elif order.bus in self._cameras:
            self._cameras[order.bus].suffer(order)
        else:
            self._wire(order)

    def _wire(self, order: Unplug | Plug | Harm | Heal) -> None:
        bus = self._known_bus(order.bus)
        match order:
            case Unplug() | Harm(harm="unplug"):
                self._unplug(order.bus, order.seconds)
            case Plug():
                self._plug(order.bus)
            case Harm(harm=kind):
                if kind not in get_args(WireKind):
                    raise CannotDo(f"{order.bus} is a wire: no {kind}")
                bus.harm(order)
            case Heal():
                for harm in bus.harms.all():
                    if order.harm in (None, harm.harm):
                        bus.heal(harm)

    def _known_bus(self, name: str) -> Bus:
        if name not in self._buses:
            raise CannotDo(f"bus {name!r} is unknown{meant(name, self._tables)}")
        return self._buses[name]

    def _unplug(self, bus: str, seconds: float | None) -> None:
        if bus in self.ports:
            self._pull(bus)
            self._truth.tell("harm", {"bus": bus, "harm": "unplug", "on": True})
        if seconds is not None:
            self._agenda.after(seconds, lambda: self._plug(bus))

    def _pull(self, bus: str) -> None:
        self._buses[bus].cut_off()
        self.ports.pop(bus).close()
        self._power(bus, on=False)

    def _plug(self, bus: str) -> None:
        if bus in self.ports:
            return
        self.ports[bus] = port = _port(self._tables[bus], self._directory)
        self._buses[bus].port = port
        self._power(bus, on=True)
        if self._agenda.now:
            self._truth.tell("harm", {"bus": bus, "harm": "unplug", "on": False})

    def _power(self, bus: str, *, on: bool) -> None:
        for device, where in self._where.items():
            if where == bus:
                self._devices[device].powered(on)

    # ── devices ──────────────────────────────────────────────────────────────────────────────

    def _device(self, name: str, order: Order) -> Device:
        if name not in self._devices:
            raise CannotDo(f"device {name!r} is unknown{meant(name, self._devices)}")
        if type(order) not in self._orders[name] and not isinstance(order, Silent | Speak | Flood):
            raise CannotDo(f"{name} cannot do that")
        return self._devices[name]

    def _on_air(self, order: OfRadio) -> None:
        stand = self._stands.get(order.device)
        if not isinstance(stand, RadioStand):
            raise CannotDo(f"{order.device!r} is no radio device")
        self._radios[self._where[order.device]].do(stand, order)

    def _mute(self, order: Silent | Speak) -> None:
        self._device(order.device, order)
        stand = self._stands[order.device]
        stand.mute = isinstance(order, Silent)
        what = "silent" if stand.mute else "speak"
        self._truth.tell("harm", {"device": order.device, "harm": what, "on": stand.mute})
        if isinstance(order, Silent) and order.seconds is not None:
            self._agenda.after(order.seconds, lambda: self._mute(Speak(order.device)))

    def _flood(self, order: Flood) -> None:
        frames = self._device(order.device, order).flood()
        now = self._agenda.now
        self.floods[order.device] = FloodTap(
            order.device, frames, order.per_s, now + ns(order.seconds), now
        )


def _port(table: BusTable, directory: Path) -> HostPort:
    if table.kind == "socket":
        return SocketPort(table.port)
    return PtyPort(directory / table.id)
