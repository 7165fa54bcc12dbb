"""What a Bluetooth LE device has to stand on: the air, its links, its time, and the truth to tell.

A simulator is written against this file alone::

    class Lamp(Device):
        def __init__(self, stand: RadioStand, options: Options) -> None:
            self._stand, self._switch = stand, Characteristic(
                UUID, ("write", "notify"), on_write=self._switched
            )
            stand.tune(options)
            stand.serve(Service(SERVICE, (self._switch,)))
            stand.on_link = self._linked

        def start(self) -> None:
            self._stand.beacon(lambda: Advert(services=(SERVICE,)), 1.0)

        def _switched(self, data: bytes, at_ns: int) -> None:
            if len(data) != 1:
                raise AttError(INVALID_LENGTH)
            self._stand.told("switch", at_ns, on=bool(data[0]))
            self._stand.notify(self._switch, data, {"on": bool(data[0])}, after=0.02)

    SIM = Sim(name="lamp", build=Lamp, options=Options, radio=True, needs_address=True)

All of it is called in the one thread of hwsim; nothing here blocks or awaits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hwsim.radio.gatt import HEADER, SMALLEST_MTU, Characteristic, Service
from hwsim.stand import Footing, Ground

LARGEST_MTU = 517  # what BlueZ asks for (src/main.conf, ExchangeMTU)
DELAY_S = 0.01  # Core 5.4 Vol 6 Part B 4.4.2.2.1: advDelay, at random up to 10 ms


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioOptions:
    """What every radio simulator can be given; a simulator's ``Options`` inherits from it."""

    name: str | None = None  # local name in its adverts; None: the simulator's own, if it has one
    rssi: int = -60  # dBm at the gateway
    rssi_noise: float = 0.0  # dB, standard deviation
    in_range: bool = True
    mtu: int = 247  # what it agrees to; 23 is the least
    connect_s: float = 0.02
    resolve_s: float = 0.02  # the discovery of its services
    answer_s: float = 0.0  # thought before a read or write is answered
    pairs: bool = False  # Just Works; else every Pair fails
    refuses: str | None = None  # every Connect fails with this text (org.bluez.Error.Failed)
    supervision_s: float = 0.42  # silence that ends a link; Linux, hci_core.c: le_supv_timeout
    random_address: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Advert:
    """One advertisement, scan response included.

    ``service_data`` by full UUID in lower case, ``manufacturer`` by company identifier (the two
    bytes of it are not in the data).  ``meaning``: what it says under Linli's names, for the truth.
    """

    service_data: Mapping[str, bytes] = field(default_factory=dict)
    manufacturer: Mapping[int, bytes] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    meaning: Mapping[str, object] = field(default_factory=dict)


class Air(Protocol):
    """What carries it to the gateway; a simulator never calls this itself."""

    def advert(self, peer: "RadioStand", advert: Advert) -> None: ...

    def notice(
        self,
        peer: "RadioStand",
        characteristic: Characteristic,
        data: bytes,
        meaning: Mapping[str, object],
    ) -> None: ...

    def hang_up(self, peer: "RadioStand") -> None:
        """The peripheral ends the link: the gateway learns it at once."""

    def moved(self, peer: "RadioStand") -> None:
        """It came into range or went out of it; a link is then lost after ``supervision_s``."""


class RadioStand(Footing):
    """``address``: ``AA:BB:CC:DD:EE:FF`` in upper case.  ``dice`` are the device's own.

    From ``Footing``: ``now``, ``after``, ``every``, ``told``, ``asked``, ``happened``, ``mute``.
    ``mute`` (the order ``silent``): it neither advertises nor notifies; it still answers.
    """

    def __init__(self, device: str, address: str, air: Air, world: Ground) -> None:
        super().__init__(device, world)
        self.address = address.upper()
        self.options = RadioOptions()
        self.services: tuple[Service, ...] = ()
        self.in_range = True
        self.connected = False  # the air says so
        self.paired = False
        self.link = 0  # how many it has had
        self.on_link: Callable[[bool], None] | None = None
        """Called with True when a gateway has connected, with False when the link is gone."""
        self.notifying: set[Characteristic] = set()  # the air's
        self._air = air

    # ── set up, in the simulator's constructor ───────────────────────────────────────────────

    def tune(self, options: RadioOptions) -> None:
        self.options, self.in_range = options, options.in_range

    def serve(self, *services: Service) -> None:
        """Its GATT table, in the order of its handles.  None: it cannot be connected usefully."""
        self.services = services

    # ── talking ──────────────────────────────────────────────────────────────────────────────

    def advertise(self, advert: Advert) -> None:
        """Once, now.  Lost if it is mute, out of range or nobody scans; the truth says which."""
        if self.mute:
            self.truth.count(self.device, "silenced")
        else:
            self._air.advert(self, advert)

    def beacon(
        self, advert: Callable[[], Advert], every_s: float, *, while_connected: bool = False
    ) -> None:
        """``advert()`` again and again, the first time at once, each with the standard's delay.

        A connectable peripheral is quiet while it is connected, unless ``while_connected``.
        """

        def turn() -> None:
            if while_connected or not self.connected:
                self.advertise(advert())
            self.after(every_s + self.dice.uniform(0, DELAY_S), turn)

        self.after(0.0, turn)

    def notify(
        self,
        characteristic: Characteristic,
        data: bytes,
        meaning: Mapping[str, object],
        after: float = 0.0,
    ) -> None:
        """A notification or indication, ``after`` so many seconds of thought.

        It carries ``room`` bytes at the most; the rest is cut off, as the peripheral's stack does.
        Lost without a link or if the gateway has not subscribed.
        """
        if after:
            self.after(after, lambda: self.notify(characteristic, data, meaning))
        elif self.mute:
            self.truth.count(self.device, "silenced")
        else:
            self._air.notice(self, characteristic, data, meaning)

    # ── its links ────────────────────────────────────────────────────────────────────────────

    @property
    def mtu(self) -> int:
        return max(SMALLEST_MTU, min(self.options.mtu, LARGEST_MTU))

    @property
    def room(self) -> int:
        """Bytes that one notification or write command carries: the MTU less three."""
        return self.mtu - HEADER

    def subscribed(self, characteristic: Characteristic) -> bool:
        return characteristic in self.notifying

    def drop_link(self) -> None:
        """It ends the link, if there is one."""
        if self.connected:
            self._air.hang_up(self)

    def move(self, *, in_range: bool) -> None:
        """It goes out of reach, or comes back."""
        if self.in_range is not in_range:
            self.in_range = in_range
            self._air.moved(self)
