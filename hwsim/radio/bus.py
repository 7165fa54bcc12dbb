"""A radio as a bus of the world: a private D-Bus daemon, ``org.bluez`` on it, and the air behind.

The agent finds it by ``DBUS_SYSTEM_BUS_ADDRESS=unix:path=D/<bus-id>``; the adapter is hci0.
"""

import random
from pathlib import Path
from typing import get_args

from hwsim.agenda import Agenda
from hwsim.devices.base import CannotDo
from hwsim.harms import Harms
from hwsim.orders import (
    Again,
    Away,
    Harm,
    Heal,
    Near,
    OfRadio,
    Plug,
    RadioKind,
    Sever,
    Unplug,
)
from hwsim.radio.air import Air
from hwsim.radio.bluez.bluez import AdapterSpec, BlueZ
from hwsim.radio.controller import Ears
from hwsim.radio.dbus.connection import BusLost, Connection
from hwsim.radio.dbus.daemon import Daemon, NoDaemon
from hwsim.radio.stand import RadioStand
from hwsim.truth import Truth


class RadioBus:
    def __init__(
        self, name: str, spec: AdapterSpec, agenda: Agenda, dice: random.Random, truth: Truth
    ) -> None:
        self._name, self._spec, self._agenda, self._truth = name, spec, agenda, truth
        self._harms = Harms(dice)
        self.air = Air(name, self._harms, agenda, truth, self)
        self._daemon: Daemon | None = None
        self._connection: Connection | None = None
        self._bluez: BlueZ | None = None
        self._plugged = True
        self.path = ""

    # ── as a port of the world ───────────────────────────────────────────────────────────────

    def open(self, path: Path) -> None:
        """NoDaemon if this machine cannot run one."""
        self._daemon, self.path = Daemon(path), str(path)
        try:
            self._wake()
        except BusLost as lost:
            raise NoDaemon(str(lost)) from lost

    def close(self) -> None:
        self._die()
        if self._daemon is not None:
            self._daemon.close()
            self._daemon = None

    @property
    def handles(self) -> dict[int, object]:
        """File descriptors to wait for, each with what it belongs to."""
        if self._connection is None or self._bluez is None:
            return {}
        return {self._connection.fileno: self._connection, **self._bluez.pipes()}

    @property
    def waiting(self) -> bool:
        """The daemon has not taken everything yet."""
        return self._connection is not None and self._connection.waiting > 0

    def read(self) -> None:
        """Something of ``handles`` is readable, or time has passed."""
        if self._connection is None or self._bluez is None:
            return
        try:
            self._connection.flush()
            for message in self._connection.read():
                self._bluez.handle(message)
            self._bluez.hung_up()
        except BusLost as lost:
            self._truth.error(f"{self._name}: {lost}")
            self._die()

    @property
    def ears(self) -> Ears | None:
        return self._bluez

    # ── orders ───────────────────────────────────────────────────────────────────────────────

    def suffer(self, order: Unplug | Plug | Harm | Heal) -> None:
        """CannotDo if a radio cannot have that."""
        match order:
            case Unplug(seconds=seconds) | Harm(harm="unplug", seconds=seconds):
                self._plug(on=False)
                if seconds is not None:
                    self._agenda.after(seconds, lambda: self._plug(on=True))
            case Plug():
                self._plug(on=True)
            case Harm():
                self._harm(order)
            case Heal():
                for harm in self._harms.all():
                    if order.harm in (None, harm.harm):
                        self._end(harm)

    def _plug(self, *, on: bool) -> None:
        if self._plugged is on:
            return
        self._plugged = on
        if self._bluez is not None:
            self._bluez.plug(on=on)
        self._truth.tell("harm", {"bus": self._name, "harm": "unplug", "on": not on})

    def _harm(self, harm: Harm) -> None:
        if harm.harm not in get_args(RadioKind):
            raise CannotDo(f"{self._name} is a radio: no {harm.harm}")
        self._harms.begin(harm)
        told = {"on": True, "rate": harm.rate, "seconds": harm.seconds}
        self._truth.tell("harm", {"bus": self._name, "harm": harm.harm, **told})
        self._bear(harm.harm, on=True)
        if harm.seconds is not None:
            self._agenda.after(harm.seconds, lambda: self._end(harm))

    def _end(self, harm: Harm) -> None:
        if self._harms.end(harm):
            told = {"on": False, "struck": self._harms.struck[harm.harm]}
            self._truth.tell("harm", {"bus": self._name, "harm": harm.harm, **told})
            self._bear(harm.harm, on=False)

    def _bear(self, kind: str, *, on: bool) -> None:
        """The harms that are states, not dice."""
        match kind, on:
            case "off", _ if self._bluez is not None:
                self._bluez.power(on=not on)
            case "dead", True:
                self._die()
            case "dead", False:
                self._revive()
            case "away", True:
                self.air.links.fade_all()
            case "away", False:
                self.air.links.reach_again()

    def do(self, peer: RadioStand, order: OfRadio) -> None:
        """CannotDo if that is not possible now."""
        match order:
            case Away():
                peer.move(in_range=False)
                if order.seconds is not None:
                    self._agenda.after(order.seconds, lambda: peer.move(in_range=True))
            case Near():
                peer.move(in_range=True)
            case Sever():
                peer.drop_link()
            case Again():
                if not self.air.again(peer, order.back):
                    raise CannotDo(f"{peer.device} has not advertised {order.back} times")

    # ── the daemon ───────────────────────────────────────────────────────────────────────────

    def _die(self) -> None:
        """As by SIGKILL: the name vanishes, nobody says goodbye, the kernel drops the links."""
        if self._connection is not None:
            if self._bluez is not None:
                self._bluez.drop()
            self._connection.close()
        self._connection = self._bluez = None
        self.air.links.let_go()

    def _revive(self) -> None:
        try:
            self._wake()
        except BusLost as lost:
            self._truth.error(f"{self._name}: {lost}")
            self._die()

    def _wake(self) -> None:
        """A fresh one: no devices, no links, nobody scans."""
        if self._connection is not None or not self.path:
            return
        self._connection = Connection(Path(self.path))
        self._bluez = BlueZ(self._spec, self._connection, self.air.links, self._agenda, self._count)
        if not self._plugged:
            self._bluez.plug(on=False)

    def _count(self, what: str) -> None:
        self._truth.count(self._name, what)
