"""One BlueZ adapter, driven with bleak."""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from typing import Any, NoReturn
from weakref import WeakSet

from bleak import BleakClient, BleakScanner
from bleak.args.bluez import BlueZDiscoveryFilters
from bleak.backends.bluezdbus import manager as bluez
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak_retry_connector import (
    BleakClientWithServiceCache,
    close_stale_connections_by_address,
    establish_connection,
)

from agent.links.ble.base import Advert, PeerGone, Sighted
from agent.links.ble.daemon import ENVIRONMENT, Daemon
from agent.links.ble.trouble import (
    ADAPTER_ERRORS,
    PEER_ERRORS,
    adapter_trouble,
    is_in_progress,
    peer_trouble,
)

log = logging.getLogger(__name__)
for library in ("bleak", "bleak_retry_connector"):
    logging.getLogger(library).setLevel(logging.ERROR)  # their warnings reach us as errors

FILTERS: BlueZDiscoveryFilters = {"DuplicateData": True}
"""Else a beacon that says the same is heard once: BlueZ after 5.87 tells RSSI by steps of 8 dB
only (bluez e004414a1), and nobody could tell a beacon that stands still from one that is gone."""

CALL_S = 10.0
"""For one call of bluetoothd; a daemon that hangs answers nothing, and D-Bus waits for ever."""

ATTEMPTS = 3
"""Of bleak-retry-connector, which knows from each error how long to wait before the next."""

UNKNOWN_RSSI = 127
"""Nobody measured (Core 5.4 Vol 4 Part E 7.7.65.2); bleak says -127 where BlueZ has none."""

SMALLEST_ROOM = 20  # ATT_MTU 23 less three, Core 5.4 Vol 3 Part G 5.2.1


_open: WeakSet["BleakAdapter"] = WeakSet()
"""They share bleak's one picture of BlueZ."""


class BleakAdapter:
    """Made by ``open_adapter``."""

    def __init__(self, port: str, daemon: Daemon, place: ExitStack) -> None:
        self._port, self._daemon, self._place = port, daemon, place
        self._scanner: BleakScanner | None = None
        self._turn = asyncio.Lock()  # scans begin and end one after the other
        self._sighted: Sighted = lambda _: None
        self._wanted: dict[str, _Known] = {}
        self._tidy = False
        self.heard = 0

    async def scan(self, addresses: Collection[str], sighted: Sighted) -> None:
        self._sighted = sighted
        self._wanted = {one: self._wanted.get(one) or _Known() for one in addresses}
        await self._stop_scan()
        await self._start_scan()
        if not self._tidy:
            self._tidy = True
            await self._close_old_links()

    async def connect(self, address: str, lost: Callable[[], None]) -> "BleakPeer":
        known = self._wanted.get(address)
        if known is None or known.device is None:
            raise PeerGone(f"{address}: 没有收到过它的广播 it was never heard")
        try:
            try:
                return await self._link(known.device, lost)
            except PEER_ERRORS as error:
                if not is_in_progress(error):
                    raise
            await self._stop_scan()  # BlueZ is busy with it: once more in silence
            try:
                return await self._link(known.device, lost)
            finally:
                await self._start_scan()
        except PEER_ERRORS as error:
            raise peer_trouble(self._port, address, error) from error

    async def watch(self) -> NoReturn:
        await self._daemon.watch()

    async def aclose(self) -> None:
        if not self._daemon.is_down:  # else there is nobody to tell
            await self._stop_scan()
        _open.discard(self)
        if self._daemon.is_gone or not _open:
            _forget_manager()
        self._daemon.close()
        self._place.close()

    async def _link(self, device: BLEDevice, lost: Callable[[], None]) -> "BleakPeer":
        up = False

        def gone(_: BleakClient) -> None:
            if up:  # else an attempt that failed, and the next is under way
                lost()

        client = await establish_connection(
            BleakClientWithServiceCache,
            device,
            device.address,
            disconnected_callback=gone,
            max_attempts=ATTEMPTS,
            use_services_cache=False,  # else it is up before BlueZ has found the services again
        )
        up = True
        if not client.is_connected:
            raise PeerGone(f"{device.address}: 刚连接就断开 it was lost at once")
        return BleakPeer(client, self._port, device.address)

    async def _close_old_links(self) -> None:
        """BlueZ keeps the links of an agent that was killed, and who is linked is not heard."""
        with suppress(*ADAPTER_ERRORS):
            async with asyncio.timeout(CALL_S):
                for address in self._wanted:
                    await close_stale_connections_by_address(address)

    async def _start_scan(self) -> None:
        async with self._turn:
            if self._scanner is not None:
                return
            scanner = BleakScanner(
                self._detected,
                scanning_mode="active",
                bluez={"adapter": self._port, "filters": FILTERS},
            )
            try:
                async with asyncio.timeout(CALL_S):
                    await scanner.start()
            except ADAPTER_ERRORS as error:
                raise adapter_trouble(self._port, error) from error
            self._scanner = scanner

    async def _stop_scan(self) -> None:
        async with self._turn:
            scanner, self._scanner = self._scanner, None
            if scanner is None:
                return
            try:
                async with asyncio.timeout(CALL_S):
                    await scanner.stop()
            except ADAPTER_ERRORS as error:
                log.debug("%s: the scan did not stop: %s", self._port, error)

    def _detected(self, device: BLEDevice, data: AdvertisementData) -> None:
        """For every advertisement of everybody in reach, so whoever is not ours costs a look-up.

        bleak calls it for every change of a device: what is no news from the air is not passed on.
        """
        self.heard += 1
        known = self._wanted.get(device.address)
        if known is None:
            return
        known.device = device
        if (advert := known.news(data)) is not None:
            self._sighted(advert)


class _Known:
    """The last that was heard of one address."""

    __slots__ = ("_connected", "_manufacturer", "_services", "device")

    def __init__(self) -> None:
        self.device: BLEDevice | None = None
        self._connected = False
        self._manufacturer: object = None
        self._services: object = None

    def news(self, data: AdvertisementData) -> Advert | None:
        """What came through the air just now; None if nothing did.

        BlueZ keeps what was advertised and also tells that it connects, resolves or forgets a
        distance; bleak then shows all that is kept once more.  With DuplicateData each
        advertisement brings its own data as new objects; one that has none brings its RSSI.
        """
        kept: dict[str, Any] = data.platform_data[1]
        manufacturer, services = kept.get("ManufacturerData"), kept.get("ServiceData")
        connected = bool(kept.get("Connected"))
        fresh = manufacturer is not self._manufacturer, services is not self._services
        bare = manufacturer is None and services is None and connected is self._connected is False
        self._manufacturer, self._services, self._connected = manufacturer, services, connected
        if abs(data.rssi) >= UNKNOWN_RSSI or not (any(fresh) or bare):
            return None
        return Advert(
            address=kept["Address"],
            name=data.local_name,
            rssi=data.rssi,
            service_data=data.service_data if fresh[1] else {},
            manufacturer=data.manufacturer_data if fresh[0] else {},
            services=tuple(data.service_uuids),
        )


class BleakPeer:
    """One link that is up."""

    def __init__(self, client: BleakClient, port: str, address: str) -> None:
        self._client, self._port, self._address = client, port, address

    @property
    def room(self) -> int:
        services = self._client.services if self._client.is_connected else None
        for characteristic in services.characteristics.values() if services else ():
            return max(SMALLEST_ROOM, characteristic.max_write_without_response_size)
        return SMALLEST_ROOM

    async def read(self, characteristic: str) -> bytes:
        try:
            return bytes(await self._client.read_gatt_char(characteristic))
        except PEER_ERRORS as error:
            raise peer_trouble(self._port, self._address, error) from error

    async def write(self, characteristic: str, data: bytes, *, confirmed: bool) -> None:
        try:
            await self._client.write_gatt_char(characteristic, data, response=confirmed)
        except PEER_ERRORS as error:
            raise peer_trouble(self._port, self._address, error) from error

    async def subscribe(self, characteristic: str, heard: Callable[[bytes], None]) -> None:
        def notified(_: BleakGATTCharacteristic, data: bytearray) -> None:
            heard(bytes(data))

        try:
            await self._client.start_notify(characteristic, notified)
        except PEER_ERRORS as error:
            raise peer_trouble(self._port, self._address, error) from error

    async def unsubscribe(self, characteristic: str) -> None:
        try:
            await self._client.stop_notify(characteristic)
        except PEER_ERRORS as error:
            raise peer_trouble(self._port, self._address, error) from error

    async def leave(self) -> None:
        try:
            async with asyncio.timeout(CALL_S):
                await self._client.disconnect()
        except PEER_ERRORS as error:
            log.debug("%s: it could not be left: %s", self._address, error)


def _forget_manager() -> None:
    """bleak keeps one picture of BlueZ for each event loop, and nobody tells it that bluetoothd
    died: it would take links of before for links of now.  The next scan draws a new one."""
    manager = bluez._global_instances.pop(asyncio.get_running_loop(), None)  # noqa: SLF001  # no other way
    bus = None if manager is None else manager._bus  # noqa: SLF001  # same
    if bus is not None:
        bus.disconnect()


async def open_bleak(port: str, socket: str | None) -> BleakAdapter:
    """LinkDown."""
    with ExitStack() as opening:
        opening.enter_context(ENVIRONMENT.dbus_at(socket))
        daemon = Daemon(port)
        try:
            async with asyncio.timeout(CALL_S):
                await daemon.open()
        except TimeoutError as error:
            raise adapter_trouble(port, error) from error
        adapter = BleakAdapter(port, daemon, opening.pop_all())
    _open.add(adapter)
    return adapter
