"""Opening a serial port with pyserial.  Blocks, so it is called in a thread.

Open and closed here, read and written in ``serial.py``: pyserial's own ``read`` loses what it had
when the adapter is pulled, and its settings cannot be touched on a pseudo-terminal.
"""

import contextlib
import errno
import fcntl
import os
import select
import termios
import time
from pathlib import Path

import serial

from agent.config.settings import Bus
from agent.links import usb
from agent.links.base import LinkDown
from agent.links.trouble import LINK_ERRORS, lost, trouble

PTY_MAJORS = range(136, 144)
"""Character majors of pseudo-terminal slaves: Documentation/admin-guide/devices.txt of Linux."""

STILL_S = 0.02
"""A port that gave nothing for so long holds nothing old: the slowest adapters (FTDI) hand over
every 16 ms."""

STALE_S = 0.2
"""One that never pauses is a talker, and after this what comes is new."""


def open_port(bus: Bus, sysfs: Path = usb.SYSFS) -> serial.Serial:
    """Ours alone, set to ``bus.baud`` and ``bus.format``, no byte from before in it.  LinkDown."""
    try:
        return _open(bus, sysfs)
    except LINK_ERRORS as error:
        raise trouble(bus.port, error) from error


def close_port(port: serial.Serial) -> None:
    """Never raises.  May wait for the last bytes to leave a UART that still sends."""
    with contextlib.suppress(*LINK_ERRORS):
        fcntl.ioctl(port.fileno(), termios.TIOCNXCL)
    with contextlib.suppress(*LINK_ERRORS):
        port.close()


def _open(bus: Bus, sysfs: Path) -> serial.Serial:
    node = Path(bus.port).stat().st_rdev  # by-path names are followed here, at each open
    if bus.usb is not None:
        _must_be(bus.port, bus.usb, usb.adapter(node, sysfs))
    port = _configured(bus, pty := os.major(node) in PTY_MAJORS)
    try:
        _must_still_be(node, port)
        if not pty:
            claim(port)
        _drop_stale(port.fileno())
    except BaseException:
        close_port(port)
        raise
    return port


def _must_be(port: str, wanted: str, there: Path | None) -> None:
    if there is None:
        raise LinkDown(f"{port}: 应为 USB 转换器 {wanted}，这里却没有 no USB adapter is there")
    if usb.ids(there) != wanted.lower():
        what = usb.describe(there)
        raise LinkDown(f"{port}: 转换器插错了 wrong adapter: {wanted} wanted, {what} is there")


def _must_still_be(node: int, port: serial.Serial) -> None:
    if os.fstat(port.fileno()).st_rdev != node:
        raise lost(str(port.port), "刚刚换了转换器 the adapter was swapped just now")


def _configured(bus: Bus, pty: bool) -> serial.Serial:
    """The kernel forces 8 bits without parity on a pty; asking again for less gives EINVAL."""
    form = "8N1" if pty else bus.format
    return serial.Serial(
        bus.port,
        bus.baud,
        bytesize=int(form[0]),
        parity=form[1],
        stopbits=int(form[2:]),
        exclusive=True,  # flock: holds against all who lock as well, two of ours for certain
        inter_byte_timeout=0,  # VMIN 1: a read of nothing means hung up, and nothing else
    )


def claim(port: serial.Serial) -> None:
    """Against those who do not lock, and bytes at once instead of every 16 ms (FTDI).

    Not for a pty: there the claim would outlive us as long as the simulator keeps its end open.
    """
    fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    with contextlib.suppress(*LINK_ERRORS):
        port.set_low_latency_mode(True)


def _drop_stale(fd: int) -> None:
    """A weight or a code from before we listened must not count as shown now.

    pyserial has flushed the kernel's buffers; but an adapter hands over what it kept itself only
    when it is opened, so a moment later.
    """
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    until = time.monotonic() + STALE_S
    while time.monotonic() < until and poll.poll(STILL_S * 1000):
        with contextlib.suppress(BlockingIOError):
            if not os.read(fd, 4096):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
