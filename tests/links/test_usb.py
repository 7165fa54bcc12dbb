"""The right adapter in the right socket, told by a kernel tree made of files."""

import fcntl
import os
import struct
import termios
from pathlib import Path

import pytest
import serial

from agent.links import usb
from agent.links.base import LinkDown
from agent.links.port import claim
from agent.links.serial import open_serial
from tests.links.pty import Pty

TIOCGEXCL = 0x80045440  # include/uapi/asm-generic/ioctls.h of Linux: is TIOCEXCL set


def tree(root: Path, port: Path, steps: str) -> Path:
    """As Linux builds it: the ids stand one step up for ttyACM, two for ttyUSB."""
    node = port.stat().st_rdev
    adapter = root / "devices/platform/usb1/1-1/1-1.2"
    leaf = adapter / steps
    (leaf / "tty/ttyX0").mkdir(parents=True)
    (leaf / "tty/ttyX0/device").symlink_to(leaf)
    (adapter / "idVendor").write_text("1a86\n")
    (adapter / "idProduct").write_text("7523\n")
    (adapter / "product").write_text("USB Serial\n")
    (root / "dev/char").mkdir(parents=True)
    (root / f"dev/char/{os.major(node)}:{os.minor(node)}").symlink_to(leaf / "tty/ttyX0")
    return adapter


@pytest.mark.parametrize("steps", ["1-1.2:1.0", "1-1.2:1.0/ttyUSB0"])
def test_the_adapter_is_found(pty: Pty, tmp_path: Path, steps: str) -> None:
    adapter = tree(tmp_path / "sys", pty.name, steps)
    found = usb.adapter(pty.name.stat().st_rdev, tmp_path / "sys")
    assert found == adapter
    assert usb.ids(adapter) == "1a86:7523"
    assert usb.describe(adapter) == "1a86:7523 USB Serial"


async def test_the_right_one_opens(pty: Pty, tmp_path: Path) -> None:
    tree(tmp_path / "sys", pty.name, "1-1.2:1.0")
    link = await open_serial(pty.bus(usb="1A86:7523"), sysfs=tmp_path / "sys")
    await link.aclose()


async def test_another_one_is_refused_by_name(pty: Pty, tmp_path: Path) -> None:
    tree(tmp_path / "sys", pty.name, "1-1.2:1.0")
    with pytest.raises(LinkDown, match=r"10c4:ea60 wanted, 1a86:7523 USB Serial is there"):
        await open_serial(pty.bus(usb="10c4:ea60"), sysfs=tmp_path / "sys")


async def test_what_hangs_on_no_usb_is_refused(pty: Pty) -> None:
    """A pty is in the real tree, and no adapter stands above it."""
    with pytest.raises(LinkDown, match="no USB adapter"):
        await open_serial(pty.bus(usb="1a86:7523"))


def test_a_real_port_is_claimed_against_those_who_do_not_lock(pty: Pty) -> None:
    def claimed() -> int:
        answer = fcntl.ioctl(port.fileno(), TIOCGEXCL, struct.pack("i", 0))
        return int(struct.unpack("i", answer)[0])

    with serial.Serial(str(pty.name)) as port:
        assert not claimed()
        claim(port)  # what only a real adapter has (low latency) must not disturb
        assert claimed()
        fcntl.ioctl(port.fileno(), termios.TIOCNXCL)


async def test_a_pty_is_not_claimed(pty: Pty) -> None:
    """The simulator keeps its end open, so a claim would outlive an agent that was killed."""
    link = await open_serial(pty.bus())
    answer = fcntl.ioctl(link._fd, TIOCGEXCL, struct.pack("i", 0))
    assert struct.unpack("i", answer)[0] == 0
    await link.aclose()
