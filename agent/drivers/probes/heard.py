"""Devices that talk unasked: by which protocol they are known, and how much of it is proof.

A frame with a check is hardly ever noise, two of them never; a frame without one proves little,
so three must come that look alike.  What only answers questions is not known to talk: if it is
heard, another master is asking on this pair, and nobody else may.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from agent.drivers.codecs import bcc8a, bcd_tilt, krcu, osdp, yaohua_cmd, zemic
from agent.drivers.codecs.modbus_frames import Exceptional, Read, Reply, Write1, WriteN

TWO, THREE = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Talker:
    """``frames``: so many are needed.  ``every``: seconds from one to the next, at the longest.

    ``alike``: they must all have the same length.  ``asked``: it answers only, so that hearing it
    betrays another master.
    """

    device: str | None
    confidence: float
    frames: int = TWO
    every: float = 2.5
    alike: bool = False
    asked: bool = False
    candidates: tuple[str, ...] = ()


MODBUS = (
    *("noise-485", "modbus-sensor", "weigher-modbus", "wit-tilt-485", "laser-crack", "rain-gauge"),
    *("modbus-relay", "modbus-inputs", "alarm-tower"),
)
"""All drivers that speak Modbus."""

TALKERS: Mapping[str, Talker] = MappingProxyType(
    {
        "yaohua_cont": Talker(device="yaohua", confidence=0.97),
        "yaohua_a12e": Talker(device="yaohua-a12e", confidence=0.97),
        "toledo_cont": Talker(device="toledo", confidence=0.9, frames=THREE, alike=True),
        "scale_line": Talker(device="scale-line", confidence=0.85, frames=THREE),
        "mtsics": Talker(device="mt-sics", confidence=0.8, frames=THREE),
        "yaohua_eq_rev": Talker(device="yaohua-equals", confidence=0.8, frames=THREE),
        "yaohua_eq_fwd": Talker(device="yaohua-equals", confidence=0.8, frames=THREE),
        "jsonl": Talker(device="jsonl", confidence=0.85, frames=THREE, every=12.0),
        "wit55": Talker(device="wit-stream", confidence=0.95),
        "pms": Talker(device="pms", confidence=0.98),
        "sds011": Talker(device="sds011", confidence=0.97),
        # One every 30 s to an hour (HJ 212-2017, 6.6), with mark, length and CRC: one is enough.
        "hj212": Talker(device="hj212", confidence=0.97, frames=1),
        "rdm6300": Talker(device="rdm6300", confidence=0.95),
        "rion68": Talker(device="rion", confidence=0.9),
        "bw77": Talker(device="bwsensing", confidence=0.9),
        "bw77a4": Talker(device="bwsensing", confidence=0.9),
        "bcc8a": Talker(device="lock-8a", confidence=0.85),
        "modbus": Talker(device=None, confidence=0.3, asked=True, candidates=MODBUS),
        "zemic": Talker(device="zemic", confidence=0.8, asked=True),
        "yaohua_cmd": Talker(device="yaohua-cmd", confidence=0.9, asked=True),
        "krcu": Talker(device="kerong", confidence=0.9, asked=True),
        "osdp": Talker(device="osdp", confidence=0.95, asked=True),
        "lcus": Talker(device="lcus", confidence=0.9, asked=True),
    }
)

BY_LINES = ("gm65", "scan-line", "wiegand-485")
"""Readers whose codes come as lines of text: a line alone does not tell which of them it is."""


def is_asking(protocol: str, frame: object) -> bool:
    """Whether this frame is a master's, or an answer to one."""
    if protocol == "bcc8a" and isinstance(frame, bcc8a.Frame):
        return frame.head != bcc8a.REPORT
    if isinstance(frame, bcd_tilt.Frame):
        return not frame.command & bcd_tilt.REPLY
    return TALKERS[protocol].asked


def address_of(frame: object) -> int | None:
    """The address of a device as its driver is told it; None where its frames have none."""
    kind = next((kind for kind in _ADDRESSES if isinstance(frame, kind)), None)
    return None if kind is None else _ADDRESSES[kind](frame)


def _letter(frame: Any) -> int:  # noqa: ANN401  # one of two frames
    return ord(frame.addr) - ord("@")


def _as_told(frame: Any) -> int:  # noqa: ANN401  # one of many frames
    address: int = frame.addr
    return address


_ADDRESSES: Mapping[type, Callable[[Any], int]] = MappingProxyType(
    {
        bcc8a.Frame: lambda frame: frame.board,
        bcd_tilt.Frame: lambda frame: int.from_bytes(frame.address),
        krcu.Frame: lambda frame: frame.address >> 4 if frame.lock is None else frame.address,
        yaohua_cmd.Question: _letter,
        yaohua_cmd.Value: _letter,
        zemic.Frame: lambda frame: frame.addr & 0x7F,
        **dict.fromkeys((osdp.Frame, Read, Reply, Write1, WriteN, Exceptional), _as_told),
    }
)
