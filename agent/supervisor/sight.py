"""What core and eyes say to each other, beside what ``mail`` says for workers of wires.

=====  ===========  ==========================================================================
who    ``t``        and
=====  ===========  ==========================================================================
eyes   ``hello``    ``config`` (digest of its file); again whenever the core was silent for long
eyes   ``msg``      ``id`` (rising), ``m``, ``utc_ns``, ``raw``; ``shots``: ``[[role, base64]]``
eyes   ``beat``     ``lag``, ``dropped``, ``rss``, ``cpu_s``, ``cameras``: states by id
eyes   ``bye``      nothing: its last word
core   ``welcome``  ``core``: its name, ``boot``, ``shift_ns``, ``recent``: see ``Recent``
core   ``time``     ``offset_ns``, ``tq``
core   ``ack``      ``ids``: event and pictures are durable, or given up for good
core   ``loop``     ``camera``, ``active``: the input that tells of a vehicle has changed
=====  ===========  ==========================================================================
"""

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from agent.model.evidence import JPEG, MOST_BYTES, ROLES, Shot, Taken
from agent.model.kinds import SEEN
from agent.model.messages import Event
from agent.model.time import Stamp, TimeQuality
from agent.supervisor import mail
from agent.supervisor.mail import BadMail, Letter

MOST_FRAME = 256 * 1024
"""Bytes of one letter: pictures in base64 are 137 KB, an event with the longest code 20."""

MOST_RAW = 8 * 1024  # of a code: the largest symbol holds 7 089 digits, ISO/IEC 18004
RECENT = 20
"""Passages of each camera that new eyes are told of: more than any lane sees in a minute."""

PASSED = "vehicle_passed"
DRIVER = "camera"
"""Stands for a driver's name where devices are listed."""


def socket_of(health: Path) -> Path:
    """Where core and eyes meet: beside the health socket, in a directory of its own."""
    return health.parent / "eyes" / "eyes.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraState:
    """A camera as the eyes see it.  Counts rise from 0 at the start of their process."""

    up: bool = False  # frames are coming
    fault: str = ""  # one of camera_fault's, while it lasts
    fps: float = 0.0  # looked at, over the last seconds
    frames: int = 0
    reads: int = 0  # plates and codes
    cpu_ms: float = 0.0  # of one frame, lately


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """A vehicle that was told of: the same one is not told again."""

    passage: str
    at: Stamp
    plate: str | None = None
    direction: str = "unknown"


def read(frame: bytes) -> Letter:
    """BadMail."""
    if len(frame) > MOST_FRAME:
        raise BadMail(f"a letter of {len(frame)} bytes")
    return mail.read(frame)


def write_event(number: int, event: Event, shots: Iterable[Shot]) -> bytes:
    """TypeError, ValueError for what JSON cannot say."""
    packed = [[shot.role, base64.b64encode(shot.jpeg).decode()] for shot in shots]
    more = {"shots": packed} if packed else {}
    return mail.write("msg", id=number, **mail.pack(event), **more)


def read_event(letter: Letter, cameras: Collection[str]) -> Event:
    """BadMail for whatever is no event of one of ``cameras``."""
    message = mail.unpack(letter)
    if not isinstance(message, Event) or message.kind not in SEEN:  # never a command
        raise BadMail("eyes tell of what they see, and of nothing else")
    if message.device not in cameras:
        raise BadMail(f"no camera {message.device} here")
    if len(message.raw) > MOST_RAW:
        raise BadMail(f"{len(message.raw)} bytes in a code")
    return message


def read_shots(letter: Letter) -> tuple[Shot, ...]:
    """BadMail for what is no picture, or more than one passage may have."""
    try:
        packed = [(str(role), base64.b64decode(jpeg)) for role, jpeg in letter.get("shots", ())]
    except (TypeError, ValueError) as why:
        raise BadMail(str(why)) from why
    roles = [role for role, _ in packed]
    if len(set(roles)) < len(roles) or not set(roles) <= set(ROLES):
        raise BadMail(f"pictures that are {roles}")
    if sum(len(jpeg) for _, jpeg in packed) > MOST_BYTES:
        raise BadMail("too many bytes of pictures")
    if not all(jpeg.startswith(JPEG) for _, jpeg in packed):
        raise BadMail("no JPEG")
    return tuple(Shot(role, jpeg) for role, jpeg in packed)


def with_shots(event: Event, shots: Iterable[Shot]) -> Event:
    """The event names its pictures and their hashes, so that nobody can show others later."""
    hashes = {f"{shot.role}_sha256": shot.sha256 for shot in shots}
    named = event.data.get("passage") if hashes else None
    return replace(event, data={**event.data, "evidence": named, **hashes})


def taken(event: Event, shots: tuple[Shot, ...]) -> Taken | None:
    """None without pictures.  BadMail if they are not those that the event names."""
    if not shots:
        return None
    told = {shot.role: event.data.get(f"{shot.role}_sha256") for shot in shots}
    if any(told[shot.role] != shot.sha256 for shot in shots):
        raise BadMail("other pictures than the event names")
    passage, plate = event.data.get("evidence"), event.data.get("plate")
    if not isinstance(passage, str) or not 0 < len(passage) <= 64:
        raise BadMail("pictures without a passage")
    return Taken(
        passage=passage,
        camera=event.device,
        at=event.at,
        shots=shots,
        plate=plate if isinstance(plate, str) else None,
        direction=str(event.data.get("direction", "unknown")),
    )


def key(event: Event) -> bytes:
    """Equal for an event that comes a second time, to another core as well."""
    told = [event.device, event.kind, event.at.boot, event.at.mono_ns, dict(event.data)]
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def recent(event: Event) -> Recent:
    """Of a vehicle_passed."""
    plate = event.data.get("plate")
    return Recent(
        passage=str(event.data.get("passage", "")),
        at=event.at,
        plate=plate if isinstance(plate, str) else None,
        direction=str(event.data.get("direction", "unknown")),
    )


def pack_recent(told: Mapping[str, Iterable[Recent]]) -> dict[str, list[dict[str, object]]]:
    return {camera: [asdict(each) for each in passages] for camera, passages in told.items()}


def read_recent(letter: Letter) -> dict[str, tuple[Recent, ...]]:
    """By camera, oldest first.  BadMail."""
    try:
        return {
            str(camera): tuple(_recent(each) for each in passages)
            for camera, passages in letter["recent"].items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as why:
        raise BadMail(str(why)) from why


def _recent(packed: Letter) -> Recent:
    at = packed["at"]
    stamp = Stamp(at["boot"], at["mono_ns"], at["utc_ns"], TimeQuality(at["tq"]))
    return Recent(**{**packed, "at": stamp})


def pack_states(states: Mapping[str, CameraState]) -> dict[str, dict[str, object]]:
    return {camera: asdict(state) for camera, state in states.items()}


def read_states(letter: Letter, cameras: Collection[str]) -> dict[str, CameraState]:
    """Of the cameras that we know.  BadMail."""
    try:
        told = letter["cameras"].items()
        return {str(camera): _state(state) for camera, state in told if camera in cameras}
    except (AttributeError, KeyError, TypeError, ValueError) as why:
        raise BadMail(str(why)) from why


def _state(packed: Letter) -> CameraState:
    return CameraState(
        up=bool(packed["up"]),
        fault=str(packed["fault"]),
        fps=float(packed["fps"]),
        frames=int(packed["frames"]),
        reads=int(packed["reads"]),
        cpu_ms=float(packed["cpu_ms"]),
    )
