"""A catalogue of our own: the loader must not depend on which devices the box happens to know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated, Literal

from annotated_types import Ge, Interval, MinLen

from agent.config.catalogue import Catalogue, Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOptions:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleOptions:
    unit: Literal["kg", "g"] = "kg"
    timeout_s: Annotated[float, Interval(ge=0.1, le=60)] = 1.0
    width: Literal[16, 32] = 16

    def wrong(self) -> Iterator[Wrong]:
        if self.unit == "g" and self.width == 32:
            yield Wrong(("width",), "克只有 16 位", "grams have 16 bits")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayOptions:
    channels: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    start: time
    end: time
    from_day: date | None = None

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("end is not after start 结束不晚于开始")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOptions:
    target: str
    channel: Annotated[int, Ge(1)] = 1
    pulse_ms: int = 500
    codes: Annotated[tuple[str, ...], MinLen(1)]
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    channel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsOptions:
    inputs: tuple[Input, ...] = (Input(channel=1),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaneOptions:
    limits: Mapping[str, Limit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinOptions:
    keep: int = 5
    keep_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOptions:
    frames: int = 5
    hold_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Radio:
    link: str = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    options: type = NoOptions
    baud: int = 9600
    format: str = "8N1"
    needs_address: bool = False
    shares: bool = True
    outputs: bool = False
    urgent: bool = False
    tells: tuple[str, ...] = ()
    does: tuple[str, ...] = ()
    radio: Radio | None = None
    zh: str = "设备"
    en: str = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    options: type = NoOptions
    zh: str = "步骤"
    en: str = "stage"


CATALOGUE = Catalogue(
    drivers={
        "scale": Model(options=ScaleOptions, shares=False),
        "noise": Model(needs_address=True),
        "tilt": Model(needs_address=True, baud=115200, format="7E1"),
        "relay": Model(options=RelayOptions, outputs=True, urgent=True),
        "contacts": Model(options=ContactsOptions, needs_address=True, tells=("input_changed",)),
        "reader": Model(shares=False),
        "beacon": Model(radio=Radio()),
        "lock": Model(radio=Radio(link="demand"), urgent=True, does=("open",)),
        "strap": Model(radio=Radio(link="kept")),
    },
    stages={
        "sane": Use(options=SaneOptions),
        "thin": Use(options=ThinOptions),
        "settle": Use(options=SettleOptions),
        "door": Use(options=DoorOptions),
    },
)
