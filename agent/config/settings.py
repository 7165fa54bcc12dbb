"""The configuration as the rest of the box sees it: frozen, complete, already checked.

``agent.config.load`` makes these from TOML; ``config/box.example.toml`` explains every key.
Sizes are bytes, durations seconds unless the name says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.model.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    gateway: str
    name: str = ""
    timezone: str = "Asia/Shanghai"
    place: Place = Place()


KIND = "serial"
LINKS = 5
"""What an adapter carries at once: dongles stop at 3 to 5 (bluepy #129, noble #387)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    """One wire, or one Bluetooth adapter, as ``kind`` says.

    ``port``: a device path, ``socket://host:port`` of a serial server, or ``hci0``.  ``dbus`` and
    ``links`` are of "ble" alone; the rest is of "serial".
    """

    id: str
    port: str
    kind: str = KIND  # or "ble"
    baud: int
    format: str = "8N1"
    isolate: bool = False  # its drivers live in a worker process of their own
    echo: bool = False  # the adapter repeats what we send
    usb: str | None = None  # "1a86:7523": refuse any other adapter on this port
    gap: float = 0.02  # least silence between two exchanges
    dbus: str | None = None  # socket of the D-Bus where bluetoothd is; None: the system's
    links: int = LINKS  # connected at once, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    channel: int
    rest: str = "off"  # what it is put to first thing after any start
    most_ms: int = 5000  # no pulse is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    id: str
    driver: str
    bus: str
    address: int | str | None = None  # on a pair 0 to 255, of a radio "AA:BB:CC:DD:EE:FF"
    point: str | None = None
    place: Place | None = None
    priority: int = 5  # 0 first: doors 1, alarms 2, measuring 5
    every: float | None = None  # None: the driver's own period
    patience: float | None = None
    quiet: float | None = None
    attempts: int | None = None
    outputs: tuple[Output, ...] = ()
    options: Any = None  # an instance of the driver's options dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    id: str
    use: str
    inputs: tuple[str, ...]
    options: Any = None


Polygon = tuple[tuple[float, float], ...]
"""Corners as fractions of the picture's width and height, x to the right and y down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """An input that says that a vehicle is there: of ``input_changed`` the device and channel."""

    device: str
    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """An eye.  Its ``id`` stands as ``device`` in messages, and among the inputs of stages.

    ``source``: ``v4l2:/dev/…``, ``rtsp://``, ``http://``, ``https://``, ``mjpeg+unix:/socket``,
    ``folder:/…`` or ``file:/…``; it never holds a password.  ``masks`` are burnt in before
    anything is seen or stored.
    """

    id: str
    source: str
    username: str | None = None
    password: Path | None = None  # of credential:NAME
    password_file: Path | None = None
    use: tuple[str, ...]  # of "plates" and "codes"
    point: str | None = None
    place: Place | None = None
    fps: float = 10.0  # frames a second that are looked at, at most
    region: Polygon = ()  # where it looks; (): everywhere
    masks: tuple[Polygon, ...] = ()  # windows, doors: black before anything is seen or stored
    direction: str = "both"  # which way vehicles go that come nearer: "in", "out", "both" unknown
    loop: Loop | None = None
    same_s: float = 60.0  # the same plate is one vehicle for so long
    evidence: bool = True  # pictures are kept

    @property
    def secret(self) -> Path | None:
        """The file with its password; nothing says that it is there."""
        return self.password or self.password_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Vision:
    """What is kept of pictures, docs/evidence.md."""

    evidence_days: int = 30
    evidence_bytes: int = 2**30
    picture_kb: int = 80  # the pictures of one passage, all together


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    sources: tuple[str, ...] = ("platform", "modem", "rtc")  # best first; "ntp" needs ``ntp``
    ntp: tuple[str, ...] = ()  # servers of the LAN
    rtc: str | None = None  # "/dev/rtc0"
    simulate: Path | None = None  # drills only: a file that plays boot id, jumps and sources
    disagree_s: float = 2.0
    holdover_s: float = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    dir: Path
    seal_s: float = 15.0
    seal_n: int = 256
    bulk_bytes: int = 512 * 2**20
    urgent_bytes: int = 64 * 2**20
    reserve_bytes: int = 16 * 2**20  # kept free so that deleting always works
    keep_days: Mapping[str, int] = field(default_factory=dict)  # by kind; over the table's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """The way to the platform, docs/sync.md.  The last five pace its connections.

    With ``enabled`` there are ``url`` and ``tenant``.  Nothing says that the files are there.
    """

    enabled: bool = False
    url: str | None = None  # mqtts://HOST[:PORT]; mqtt:// to this machine only
    protocol: str = "5"  # of MQTT; or "3.1.1", and never one in place of the other
    tenant: str | None = None
    shard: str = "s0"
    username: str | None = None  # None: the gateway's id, if there is a password
    password: Path | None = None  # of credential:NAME
    password_file: Path | None = None
    ca_file: Path | None = None  # None: the authorities that the system trusts
    cert_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: int = 30  # a dead link is noticed after one and a half of it
    healthy_s: float = 600.0  # a connection that held so long is tried again at once
    first_s: float = 3.0  # so closely
    first_for_s: float = 120.0  # and for so long; afterwards less and less often
    most_s: float = 300.0  # but at least so often
    catchup_rps: int = 20_000  # readings a second from before, until the platform says another


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A public key whose holder the box believes, in the one matter of its role.

    ``not_before`` is the first moment of its life, ``not_after`` the last; both have a zone.
    """

    id: str
    role: str
    file: Path  # PEM
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    socket: Path  # unix socket: /healthz /readyz /metrics /status


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    site: Site
    buses: tuple[Bus, ...]
    devices: tuple[Device, ...]
    cameras: tuple[Camera, ...] = ()
    stages: tuple[Stage, ...]
    clock: Clock
    store: Store
    vision: Vision = Vision()
    sync: Sync
    health: Health
    keys: tuple[Key, ...] = ()
    digest: str  # sha256 of the file's bytes: the same digest is the same configuration
