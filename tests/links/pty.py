"""The other end of a serial port: a pseudo-terminal under a name that outlives it."""

import os
import tty
from pathlib import Path

from agent.config.settings import Bus


class Pty:
    """``plug`` and ``unplug`` as often as you like; ``name`` stays, as /dev/serial/by-path does."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._ends: tuple[int, int] | None = None
        self.plug()

    @property
    def master(self) -> int:
        assert self._ends is not None
        return self._ends[0]

    def plug(self) -> None:
        self._ends = os.openpty()
        tty.setraw(self._ends[1])  # else the line discipline echoes to us what we write
        os.set_blocking(self.master, False)
        new = self.name.with_suffix(".new")
        new.symlink_to(os.ttyname(self._ends[1]))
        new.replace(self.name)

    def unplug(self) -> None:
        for end in self._ends or ():
            os.close(end)
        self._ends = None

    def write(self, data: bytes) -> int:
        return os.write(self.master, data)

    def read(self) -> bytes:
        """All that was sent to the device so far."""
        try:
            return os.read(self.master, 65536)
        except BlockingIOError:
            return b""

    def bus(self, form: str = "8N1", usb: str | None = None) -> Bus:
        return Bus(id="bus", port=str(self.name), baud=9600, format=form, usb=usb)
