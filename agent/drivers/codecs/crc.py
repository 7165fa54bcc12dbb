"""The two 16-bit checks of our wires, by table (a Pi computes bits slowly)."""

from collections.abc import Callable


def _reflected(index: int, poly: int) -> int:
    for _ in range(8):
        index = index >> 1 ^ (poly if index & 1 else 0)
    return index


def _forward(index: int, poly: int) -> int:
    index <<= 8
    for _ in range(8):
        index = index << 1 ^ (poly if index & 0x8000 else 0)
    return index & 0xFFFF


def _table(entry: Callable[[int, int], int], poly: int) -> tuple[int, ...]:
    return tuple(entry(index, poly) for index in range(256))


_MODBUS = _table(_reflected, 0xA001)
_XMODEM = _table(_forward, 0x1021)


def crc_modbus(data: bytes) -> int:
    """CRC-16 of Modbus over serial line V1.02, 6.2.2: start FFFF, 8005 reflected."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _MODBUS[(crc ^ byte) & 0xFF]
    return crc


def crc_xmodem(data: bytes, crc: int = 0) -> int:
    """CRC-16/XMODEM: start 0, 1021, not reflected.  ``crc``: another start (OSDP has 1D0F)."""
    for byte in data:
        crc = crc << 8 & 0xFFFF ^ _XMODEM[crc >> 8 ^ byte]
    return crc


def crc_arc(data: bytes) -> int:
    """CRC-16/ARC, as Onbon's protocol has it (appendix): that of Modbus, but from 0."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _MODBUS[(crc ^ byte) & 0xFF]
    return crc
