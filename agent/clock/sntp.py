"""The words of SNTP: RFC 4330, the client's part of NTP version 4 (RFC 5905).  Pure."""

import struct
from dataclasses import dataclass

from agent.clock.sources import Sample

_PACKET = struct.Struct(">BBbbIII4Q")
"""Flags, stratum, poll, precision, root delay, root dispersion, reference id, four times."""

SIZE = _PACKET.size  # 48 bytes; what follows (keys, extensions) is not ours
_CLIENT = 4 << 3 | 3  # no warning, version 4, mode 3
_SERVER = 4
_ALARM = 3  # leap indicator: the server itself is not synchronised
_STRATA = range(1, 16)
_ROOT_S = 16.0
"""RFC 5905, MAXDISP: a server that is further from its root knows nothing."""

_1900 = 2_208_988_800  # seconds from 1900, where NTP begins, to 1970
_ERA = 2**32  # seconds; NTP times begin anew in 2036
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """``cookie`` is random: it goes out as our time and must come back as the originate."""

    cookie: int

    def pack(self) -> bytes:
        return _PACKET.pack(_CLIENT, 0, 0, 0, 0, 0, 0, 0, 0, 0, self.cookie)


def answered(question: Question, data: bytes, took_ns: int) -> Sample | None:
    """The time at the moment of reading, if ``data`` answers ``question`` and can be believed.

    ``took_ns`` is from sending to receiving, on our monotonic clock; half of it is the way back.
    """
    if len(data) < SIZE:
        return None
    flags, stratum, _, _, delay, dispersion, _, _, originate, received, sent = _PACKET.unpack_from(
        data
    )
    if originate != question.cookie or flags & 7 != _SERVER or flags >> 6 == _ALARM:
        return None
    root_s = delay / 65536 / 2 + dispersion / 65536
    if stratum not in _STRATA or root_s >= _ROOT_S or sent == 0:
        return None
    there_ns = max(0, _utc_ns(sent) - _utc_ns(received))
    way_ns = max(0, took_ns - there_ns)
    return Sample(_utc_ns(sent) + way_ns // 2, way_ns // 2 + int(root_s * _NS))


def _utc_ns(ntp: int) -> int:
    """RFC 4330, 3: times whose first bit is not set belong to the era that begins in 2036."""
    seconds, fraction = ntp >> 32, ntp & 0xFFFF_FFFF
    if seconds < _ERA // 2:
        seconds += _ERA
    return (seconds - _1900) * _NS + (fraction * _NS >> 32)
