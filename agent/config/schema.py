"""The tables of the file, as a person writes them: names, types and bounds of every key.

All keys may be absent here: a draft holds what could be read, and the checks go on with it.
REQUIRED says what must be there; defaults stand in agent.config.settings alone.
"""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic import BaseModel, ConfigDict

from agent.model.places import Datum

MiB = 2**20


class Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
    REQUIRED: ClassVar[tuple[str, ...]] = ()


class Named(Draft):
    id: str | None = None


class Place(Draft):
    division: str | None = None
    grid: str | None = None
    address: str | None = None
    longitude: Annotated[float, Ge(-180), Le(180)] | None = None
    latitude: Annotated[float, Ge(-90), Le(90)] | None = None
    datum: Datum | None = None
    note: str | None = None


class Site(Draft):
    REQUIRED = ("gateway",)
    gateway: str | None = None
    name: str | None = None
    timezone: str | None = None
    place: Place | None = None


class Bus(Named):
    REQUIRED = ("id", "port")
    port: str | None = None
    kind: Literal["serial", "ble"] | None = None
    baud: int | None = None
    format: str | None = None
    isolate: bool | None = None
    echo: bool | None = None
    usb: str | None = None
    gap: Annotated[float, Ge(0), Le(1)] | None = None
    dbus: str | None = None
    links: Annotated[int, Ge(1), Le(10)] | None = None


class Output(Draft):
    REQUIRED = ("channel",)
    channel: Annotated[int, Ge(1), Le(255)] | None = None
    rest: Literal["off", "on"] | None = None
    most_ms: Annotated[int, Ge(10), Le(600_000)] | None = None


class Device(Named):
    REQUIRED = ("id", "driver", "bus")
    driver: str | None = None
    bus: str | None = None
    address: Any = None  # a number on a wire, a text on the radio: agent.config.checks.addresses
    point: str | None = None
    place: Place | None = None
    priority: Annotated[int, Ge(0), Le(9)] | None = None
    every: Annotated[float, Ge(0.05), Le(86_400)] | None = None
    patience: Annotated[float, Gt(0), Le(30)] | None = None
    quiet: Annotated[float, Ge(0), Le(10)] | None = None
    attempts: Annotated[int, Ge(1), Le(10)] | None = None
    outputs: tuple[Output, ...] | None = None
    options: dict[str, Any] | None = None  # the driver says what may stand in it


class Stage(Named):
    REQUIRED = ("id", "use", "inputs")
    use: str | None = None
    inputs: Annotated[tuple[str, ...], MinLen(1)] | None = None
    options: dict[str, Any] | None = None  # the stage says what may stand in it


Polygon = Annotated[tuple[tuple[Annotated[float, Ge(0), Le(1)], ...], ...], MaxLen(32)]
"""Corners; how many at least, and of two numbers each, is looked at by checks.cameras: pydantic
counts what has a fault of its own as missing."""


class Camera(Named):
    REQUIRED = ("id", "source", "use")
    source: str | None = None
    username: Annotated[str, MinLen(1), MaxLen(128)] | None = None
    password: str | None = None  # credential:NAME only, see secret_keys
    password_file: str | None = None
    use: tuple[Literal["plates", "codes"], ...] | None = None
    point: str | None = None
    place: Place | None = None
    fps: Annotated[float, Ge(0.2), Le(30)] | None = None
    region: Polygon | None = None
    masks: Annotated[tuple[Polygon, ...], MaxLen(16)] | None = None
    direction: Literal["in", "out", "both"] | None = None
    loop: str | None = None
    same_s: Annotated[float, Ge(0), Le(3600)] | None = None
    evidence: bool | None = None


class Vision(Draft):
    evidence_days: Annotated[int, Ge(1), Le(365)] | None = None
    evidence_bytes: Annotated[int, Ge(16 * MiB), Le(2**40)] | None = None
    picture_kb: Annotated[int, Ge(20), Le(100)] | None = None


class Clock(Draft):
    sources: tuple[Literal["platform", "modem", "rtc", "ntp", "system"], ...] | None = None
    ntp: tuple[str, ...] | None = None
    rtc: str | None = None
    simulate: str | None = None
    disagree_s: Annotated[float, Gt(0), Le(3600)] | None = None
    holdover_s: Annotated[float, Gt(0), Le(31 * 86_400)] | None = None


class Store(Draft):
    dir: str | None = None
    seal_s: Annotated[float, Ge(1), Le(60)] | None = None
    seal_n: Annotated[int, Ge(1), Le(10_000)] | None = None
    bulk_bytes: Annotated[int, Ge(MiB), Le(2**40)] | None = None
    urgent_bytes: Annotated[int, Ge(MiB), Le(2**40)] | None = None
    reserve_bytes: Annotated[int, Ge(MiB // 4), Le(2**30)] | None = None
    keep_days: dict[str, Annotated[int, Ge(1), Le(3650)]] | None = None


class Sync(Draft):
    enabled: bool | None = None
    url: str | None = None
    protocol: Literal["5", "3.1.1"] | None = None
    tenant: str | None = None
    shard: str | None = None
    username: Annotated[str, MinLen(1), MaxLen(128)] | None = None
    password: str | None = None  # credential:NAME only, see secret_keys
    password_file: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    keepalive_s: Annotated[int, Ge(5), Le(3600)] | None = None
    healthy_s: Annotated[float, Gt(0), Le(86_400)] | None = None
    first_s: Annotated[float, Gt(0), Le(300)] | None = None
    first_for_s: Annotated[float, Ge(0), Le(3600)] | None = None
    most_s: Annotated[float, Ge(1), Le(3600)] | None = None
    catchup_rps: Annotated[int, Ge(1), Le(1_000_000)] | None = None


class Key(Named):
    """The public half of a key of somebody whom the box believes."""

    REQUIRED = ("id", "role", "file")
    role: Literal["command"] | None = None
    file: str | None = None
    not_before: datetime | None = None
    not_after: datetime | None = None


class Health(Draft):
    socket: str | None = None
