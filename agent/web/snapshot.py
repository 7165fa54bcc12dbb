"""How the box is at one moment, as plain values: what /status, /metrics and /readyz are made of.

The composition fills these trees; nothing here knows where the numbers come from.  Counts rise
from 0 at the start of the process and never fall.  Sizes are bytes, durations seconds.  Every
field has a default, so that a tool of another version can read what it knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The agent's own process and, where the kernel counts them, its workers."""

    version: str = ""
    pid: int = 0
    uptime_s: float = 0.0
    rss_bytes: int = 0
    cpu_s: float = 0.0
    written_bytes: int | None = None  # /proc/self/io write_bytes; None where the kernel hides it
    loop_lag_s: float = 0.0  # how late the loop was at its last tick
    loop_lag_worst_s: float = 0.0  # the latest it was in the last minute
    stalled: tuple[str, ...] = ()  # tasks that keep the watchdog unfed


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    quality: str = "untrusted"  # trusted | holdover | untrusted
    utc: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """``captured`` = ``stored`` + ``gapped`` + ``open``, in records of this process."""

    name: str = ""
    epoch: str = ""
    captured: int = 0  # handed to the journal
    stored: int = 0  # durable
    gapped: int = 0  # given up, and covered by a gap record
    open: int = 0  # in memory, waiting to be sealed or written
    pending: int = 0  # durable and not yet acknowledged by the platform
    bytes: int = 0  # on the disk now
    budget_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    writes: bool = False  # the last transaction went to the disk
    reason: str = ""  # why not, in the disk's words
    streams: tuple[Stream, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus:
    id: str = ""
    port: str = ""
    up: bool = False
    tried: bool = False  # opening it was tried at least once
    isolated: bool = False  # its drivers live in a worker process
    reopens: int = 0
    restarts: int = 0  # of the worker process
    exchanges: int = 0  # questions sent, every attempt counted
    timeouts: int = 0  # of them without an answer
    noise_bytes: int = 0  # heard where nothing was expected
    adverts: int = 0  # of a radio: heard of anybody
    links: int = 0  # of a radio: devices that are connected


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """As the eyes told last; ``frames`` and ``reads`` rise from 0 at the start of their process."""

    id: str = ""
    up: bool = False  # frames are coming
    fault: str = ""
    fps: float = 0.0  # looked at
    frames: int = 0
    reads: int = 0  # plates and codes
    cpu_ms: float = 0.0  # of one frame, lately
    events: int = 0
    last_event_s: float | None = None  # ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """The process that looks through the cameras, a unit of its own."""

    enabled: bool = False  # there are cameras
    up: bool = False
    runs: int = 0  # how often it was met since the start
    other_config: bool = False  # it read another file than the agent
    loop_lag_s: float = 0.0
    rss_bytes: int = 0
    cpu_s: float = 0.0
    dropped: int = 0  # events given up because the agent was away for too long
    cameras: tuple[Camera, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Pictures that are kept."""

    enabled: bool = False
    writes: bool = False
    reason: str = ""  # why not, one word
    passages: int = 0
    held: int = 0  # of them for a case
    refused: int = 0  # pictures that were given up
    bytes: int = 0
    budget_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The last value of a device's quantity, in the quantity's one unit."""

    quantity: str = ""
    value: float = 0.0
    unit: str = ""
    quality: str = "good"
    age_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """``here`` is None until the device has spoken or been given up for the first time."""

    id: str = ""
    driver: str = ""
    bus: str = ""
    here: bool | None = None
    reason: str = ""  # why it is away
    readings: int = 0
    events: int = 0
    polls: int = 0
    misses: int = 0  # polls and commands without an answer
    refusals: int = 0  # it answered, and the answer was no
    broke: int = 0  # times its driver broke and was started again
    last: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One of the last events, newest last."""

    age_s: float = 0.0
    device: str = ""
    kind: str = ""
    data: Mapping[str, str | int | float | bool | None] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """How many commands ended how: the kinds ``command_*`` without their prefix."""

    result: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Records under way to the platform: ``urgent``, ``live`` or ``backfill``."""

    name: str = ""
    in_flight: int = 0  # sent, and without word from the platform
    sent: int = 0  # every sending counted
    resent: int = 0  # of them sent before


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """The way to the platform.  ``up``: connected, and the platform has answered the hello."""

    enabled: bool = False
    up: bool = False
    reason: str = ""  # why it is not up, one word
    for_s: float = 0.0  # since it went up or down
    connects: int = 0
    rtt_s: float | None = None  # of the last hello
    catchup_rps: float = 0.0  # what the platform lets the backfill lane send
    acked: int = 0  # records that the platform has committed
    lanes: tuple[Lane, ...] = ()
    accepted: int = 0  # commands whose signature, nonce and age were good
    rejected: tuple[Commands, ...] = ()  # by reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    gateway: str = ""
    site: str = ""
    boot: str = ""
    config_digest: str = ""
    mono_s: float = 0.0  # CLOCK_BOOTTIME: rates are differences over this
    process: Process = Process()
    clock: Clock = Clock()
    journal: Journal = Journal()
    sync: Sync = Sync()
    buses: tuple[Bus, ...] = ()
    devices: tuple[Device, ...] = ()  # and cameras
    eyes: Eyes = Eyes()
    evidence: Evidence = Evidence()
    commands: tuple[Commands, ...] = ()
    happenings: tuple[Happening, ...] = ()
