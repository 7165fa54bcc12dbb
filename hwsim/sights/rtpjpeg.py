"""JPEG in RTP packets, after RFC 2435: a baseline picture of 4:2:0 or 4:2:2, its own tables."""

import struct
from collections.abc import Iterator

MOST = 1400  # bytes of payload in a packet: what an Ethernet frame takes
CLOCK = 90000  # ticks a second of RTP's time stamps for video
JPEG = 26  # RTP's payload type, RFC 3551
TABLES_WITHIN = 255  # RFC 2435, 3.1.8: the quantisation tables come along
DQT, SOF0, SOS = 0xDB, 0xC0, 0xDA


def packets(jpeg: bytes, sequence: int, ticks: int, source: int = 1) -> Iterator[bytes]:
    """Of one frame, its first one numbered ``sequence``; ValueError if RTP cannot carry it."""
    segments, scan = _segments(jpeg)
    tables = b"".join(table for kind, body in segments if kind == DQT for table in _tables(body))
    frame = next((body for kind, body in segments if kind == SOF0), b"")
    if len(frame) < 9 or len(tables) not in (64, 128):
        raise ValueError("no baseline JPEG of 8 bits")
    _, height, width, _, _, sampling = struct.unpack(">BHHBBB", frame[:8])
    main = (_type(sampling), TABLES_WITHIN, _eighths(width), _eighths(height))
    at = 0
    while at < len(scan):
        extra = struct.pack(">BBH", 0, 0, len(tables)) + tables if at == 0 else b""
        part = scan[at : at + MOST - len(extra)]
        last = at + len(part) >= len(scan)
        rtp = struct.pack(">BBHII", 0x80, JPEG | last << 7, sequence & 0xFFFF, ticks, source)
        yield rtp + struct.pack(">IBBBB", at, *main) + extra + part
        at, sequence = at + len(part), sequence + 1


def _segments(jpeg: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Marker segments up to the scan, and the scan without the end's marker."""
    at, segments = 2, list[tuple[int, bytes]]()
    while at + 4 <= len(jpeg):
        kind, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if kind == SOS:
            return segments, jpeg[at + 2 + length : -2]
        segments.append((kind, jpeg[at + 4 : at + 2 + length]))
        at += 2 + length
    raise ValueError("no JPEG")


def _tables(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 65):
        yield body[at + 1 : at + 65]


def _type(sampling: int) -> int:
    """RFC 2435, 4.1; ``sampling``: of the first component."""
    types = {0x21: 0, 0x22: 1}
    if sampling not in types:
        raise ValueError(f"sampling {sampling:#x} has no type")
    return types[sampling]


def _eighths(pixels: int) -> int:
    if pixels > 2040:
        raise ValueError(f"{pixels} pixels: more than 2040")
    return (pixels + 7) // 8
