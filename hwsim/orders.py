"""What the world can be told to do: by a line on stdin, by an act or a harm of the scenario.

Each is one dataclass; its fields are the keys of the JSON object beside ``do``.  Durations are
seconds; None means until told otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from hwsim.tables import Table, Unfit, make, meant

WireKind = Literal[
    "noise", "flip", "bit", "drop", "dup", "cut", "chop", "glue", "late", "echo", "silent", "unplug"
]
RadioKind = Literal[
    "drop", "flip", "dup", "late", "silent", "away", "hang_up", "refuse", "off", "dead", "unplug"
]
CameraKind = Literal[
    "freeze", "black", "over_exposed", "blur", "move", "gone", "stuck", "slow", "unplug"
]
Kind = Literal[WireKind, RadioKind, CameraKind]

MOST_PARTS = 16  # ISO/IEC 18004, structured append
RECORDED = 64  # advertisements of each device that a thief has in his pocket


@dataclass(frozen=True, slots=True)
class Unplug:
    """The adapter is pulled out; after ``seconds`` it comes back under the same name."""

    bus: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Plug:
    bus: str


@dataclass(frozen=True, slots=True)
class Harm:
    """``rate``: of bytes struck (noise, flip, drop, dup), of frames for the others.

    On a radio: of bytes for flip, else of advertisements (drop), notifications (dup, late),
    requests (hang_up) and connections (refuse).
    """

    bus: str
    harm: Kind
    rate: float | None = None  # None: 0.01 of the bytes, or every frame
    seconds: float | None = None
    late_s: float = 1.0  # of "late": how much later a frame leaves
    hold_s: float = 0.5  # of "glue": how long frames are held back before they come at once

    def __post_init__(self) -> None:
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise ValueError("rate must be between 0 and 1")


@dataclass(frozen=True, slots=True)
class Heal:
    """End one harm of a bus before its time, or all of them."""

    bus: str
    harm: Kind | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """A person holds a code before a reader; before a camera also one symbol of those that a long
    code is divided into (structured append): ``part``, from 1, of ``parts``."""

    device: str
    code: str
    part: int = 1
    parts: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.part <= self.parts <= MOST_PARTS:
            raise ValueError(f"part must be between 1 and parts, parts at most {MOST_PARTS}")


@dataclass(frozen=True, slots=True)
class Load:
    """Something is put on a scale, lies still for ``hold_s`` and is taken away: one deposit."""

    device: str
    kg: float
    hold_s: float = 3.0


@dataclass(frozen=True, slots=True)
class Set:
    """The world around a sensor changes.  ``quantity`` where the device measures several."""

    device: str
    value: float
    quantity: str | None = None


@dataclass(frozen=True, slots=True)
class Shut:
    """A person pushes a locker's door to."""

    device: str
    channel: int


@dataclass(frozen=True, slots=True)
class Text:
    """A person sends a short message to a modem."""

    device: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Silent:
    device: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Speak:
    device: str


@dataclass(frozen=True, slots=True)
class Away:
    """A radio device goes out of range; after ``seconds`` it comes back."""

    device: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Near:
    device: str


@dataclass(frozen=True, slots=True)
class Sever:
    """The link to a radio device ends, if there is one."""

    device: str


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody sends an advertisement again that he recorded, ``back`` of them ago."""

    device: str
    back: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.back <= RECORDED:
            raise ValueError(f"back must be between 1 and {RECORDED}")


@dataclass(frozen=True, slots=True)
class Flood:
    """Frames as fast as ``per_s``, whatever the baud rate says; 0: as fast as they are read."""

    device: str
    per_s: float = 0.0
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Report:
    """Print the totals so far."""


@dataclass(frozen=True, slots=True)
class Stop:
    pass


OfRadio = Away | Near | Sever | Again
OfDevice = Show | Load | Set | Shut | Text
Order = Unplug | Plug | Harm | Heal | OfDevice | OfRadio | Silent | Speak | Flood | Report | Stop

ORDERS: Mapping[str, type[Order]] = MappingProxyType(
    {
        kind.__name__.lower(): kind
        for kind in (
            *(Unplug, Plug, Harm, Heal, Show, Load, Set, Shut, Text, Away, Near, Sever, Again),
            *(Silent, Speak, Flood, Report, Stop),
        )
    }
)


def order(table: Table, where: str = "") -> Order:
    """What ``table`` asks for.  Unfit, with all its faults, if it cannot be understood."""
    name, rest = table.get("do"), {key: value for key, value in table.items() if key != "do"}
    at = f"{where}.do" if where else "do"
    if name is None:
        raise Unfit([f"{at}: missing"])
    if not isinstance(name, str) or name not in ORDERS:
        raise Unfit([f"{at}: {name!r} is unknown{meant(str(name), ORDERS)}"])
    return make(ORDERS[name], rest, where)
