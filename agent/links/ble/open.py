"""From a bus of the configuration to an open adapter."""

from agent.config.settings import Bus
from agent.links.ble.base import Adapter


async def open_adapter(bus: Bus) -> Adapter:
    """``hci0`` on the bus's own D-Bus, or the system's.  LinkDown.

    bleak comes with the first call: a box without Bluetooth pays no memory for it.
    """
    from agent.links.ble.bleak_adapter import open_bleak  # noqa: PLC0415  # see above

    return await open_bleak(bus.port, bus.dbus)
