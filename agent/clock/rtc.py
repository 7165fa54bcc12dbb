"""A battery-backed clock on the board: rtc(4).  It counts whole seconds of UTC."""

import asyncio
import fcntl
import logging
import os
import struct
from datetime import UTC, datetime
from pathlib import Path

from agent.clock.sources import Sample

log = logging.getLogger(__name__)

_RTC_RD_TIME = 0x80247009  # _IOR('p', 0x09, struct rtc_time), linux/rtc.h
_RTC_TIME = struct.Struct("9i")  # sec min hour mday mon year wday yday isdst, as struct tm
_HALF = 500_000_000


class Rtc:
    """Silent when there is none, or when its power failed (the driver then refuses the read)."""

    name = "rtc"

    def __init__(self, device: Path) -> None:
        self._device = device

    async def read(self) -> Sample | None:
        """In a thread: a clock on an I²C bus may take its time."""
        try:
            raw = await asyncio.to_thread(self._ask)
        except OSError as why:
            log.debug("%s is silent: %s", self._device, why)
            return None
        return decode(raw)

    def _ask(self) -> bytes:
        file = os.open(self._device, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return fcntl.ioctl(file, _RTC_RD_TIME, bytes(_RTC_TIME.size))
        finally:
            os.close(file)


def decode(raw: bytes) -> Sample | None:
    """``struct rtc_time``.  The middle of its second, so that the error is half of one."""
    second, minute, hour, day, month, year, *_ = _RTC_TIME.unpack(raw)
    try:
        moment = datetime(1900 + year, 1 + month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return Sample(int(moment.timestamp()) * 1_000_000_000 + _HALF, _HALF)
