"""Which USB adapter a device node belongs to, from the kernel's own tree.

A lock must not be driven through whatever happens to sit in the socket today.
"""

import os
from pathlib import Path

SYSFS = Path("/sys")


def adapter(node: int, sysfs: Path = SYSFS) -> Path | None:
    """The USB device behind the character device ``node`` (``st_rdev``); None if none is.

    ``/sys/dev/char/MAJOR:MINOR`` leads there whatever the node is called in /dev.  How many steps
    up the USB device lies depends on the driver (ttyACM one, ttyUSB two): walk until the ids show.
    """
    device = (sysfs / "dev" / "char" / f"{os.major(node)}:{os.minor(node)}" / "device").resolve()
    for place in (device, *device.parents):
        if (place / "idVendor").is_file():
            return place
        if place == sysfs.resolve():
            break
    return None


def ids(place: Path) -> str:
    """``"1a86:7523"``: vendor and product, as ``lsusb`` prints them."""
    return f"{_text(place / 'idVendor')}:{_text(place / 'idProduct')}".lower()


def describe(place: Path) -> str:
    """The ids and the names the adapter gives itself, if any."""
    names = (_text(place / "manufacturer"), _text(place / "product"))
    return " ".join((ids(place), *filter(None, names)))


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace").strip()
    except OSError:  # many clones have no names
        return ""
