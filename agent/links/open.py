"""From a bus of the configuration to an open wire."""

from agent.config.settings import Bus
from agent.links.base import Link
from agent.links.serial import open_serial
from agent.links.socket import SCHEME, open_socket


async def open_link(bus: Bus) -> Link:
    """``socket://host:port`` is a serial server, all else a device path.  LinkDown."""
    if bus.port.startswith(SCHEME):
        return await open_socket(bus)
    return await open_serial(bus)
