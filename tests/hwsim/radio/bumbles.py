"""The same peripherals and the same BlueZ with a real host stack between them: Bumble.

HCI, L2CAP, ATT with its MTU exchange, and SMP are Bumble's on both sides of one in-process link;
``org.bluez`` above them and the simulators below are those of hwsim.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from bumble.att import ATT_Error
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData, BaseBumbleError, InvalidStateError
from bumble.device import Advertisement, Connection, Device, Peer
from bumble.gatt import Characteristic as Attribute
from bumble.gatt import CharacteristicValue
from bumble.gatt import Service as Table
from bumble.gatt_client import CharacteristicProxy, ServiceProxy
from bumble.hci import Address, OwnAddressType
from bumble.host import Host
from bumble.link import LocalLink
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport.common import AsyncPipeSink

from hwsim.radio.controller import Connected, Discovered, Done, Ears, Failed, Heard, Read
from hwsim.radio.gatt import SIG, AttError, Characteristic, Flag, Service
from hwsim.radio.stand import Advert, RadioStand

WANTED_MTU = 517  # what BlueZ asks for
CONNECT_S = 10.0
ERRAND_S = 12.0
EVERY_MS = 50.0  # well before the next one takes its place
FLAGS: Mapping[Flag, Attribute.Properties] = {
    "read": Attribute.Properties.READ,
    "write-without-response": Attribute.Properties.WRITE_WITHOUT_RESPONSE,
    "write": Attribute.Properties.WRITE,
    "notify": Attribute.Properties.NOTIFY,
    "indicate": Attribute.Properties.INDICATE,
}
Type = AdvertisingData.Type
T = TypeVar("T")


def device(link: LocalLink, name: str, address: str) -> Device:
    controller = Controller(name, link=link, public_address=address)
    host = Host(controller, AsyncPipeSink(controller))
    made = Device(name=name, address=Address(address), host=host)
    made.pairing_config_factory = lambda _: PairingConfig(
        sc=True, mitm=False, bonding=True, delegate=PairingDelegate()
    )
    return made


def full(uuid: UUID) -> str:
    raw = uuid.to_bytes(force_128=True)[::-1].hex()
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def short(uuid: str) -> bytes | None:
    """Two bytes, little-endian, if it is one of the SIG's."""
    return bytes.fromhex(uuid[4:8])[::-1] if uuid.endswith(SIG) else None


class Errands:
    """Coroutines started from calls that cannot wait, in their order.

    What Bumble cannot do any more because the link went is passed over.
    """

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Awaitable[object] | None] = asyncio.Queue(maxsize=256)
        self._task = asyncio.create_task(self._run())

    def start(self, errand: Awaitable[object]) -> None:
        self._waiting.put_nowait(errand)

    async def _run(self) -> None:
        while (errand := await self._waiting.get()) is not None:
            with suppress(BaseBumbleError, InvalidStateError, TimeoutError):
                async with asyncio.timeout(ERRAND_S):
                    await errand

    async def close(self) -> None:
        """What was begun is done first: Bumble does not like to be cancelled."""
        self._waiting.put_nowait(None)
        await self._task


class BumbleAir:
    """What a stand speaks into: a Bumble peripheral.  ``encrypted``: its values want a bond."""

    def __init__(self, link: LocalLink, address: str, *, encrypted: bool = False) -> None:
        self._device, self._encrypted = device(link, "peripheral", address), encrypted
        self._attributes: dict[Characteristic, Attribute[Any]] = {}
        self._errands = Errands()
        self._advertising = False

    async def open(self, stand: RadioStand) -> None:
        self._device.add_services([self._table(service) for service in stand.services])
        await self._device.power_on()
        self._device.on("connection", lambda connection: self._linked(stand, connection))

    async def close(self) -> None:
        await self._errands.close()
        await self._device.power_off()

    def advert(self, peer: RadioStand, advert: Advert) -> None:
        self._errands.start(self._advertise(peer, advert))

    def notice(
        self,
        peer: RadioStand,
        characteristic: Characteristic,
        data: bytes,
        meaning: Mapping[str, object],
    ) -> None:
        assert peer.connected
        assert meaning
        attribute = self._attributes[characteristic]
        self._errands.start(self._device.notify_subscribers(attribute, data))

    def hang_up(self, peer: RadioStand) -> None:
        assert peer.connected
        self._errands.start(self._hang_up())

    def moved(self, peer: RadioStand) -> None:
        raise NotImplementedError  # this link has no distance

    async def _advertise(self, peer: RadioStand, advert: Advert) -> None:
        if peer.connected:
            return
        if self._advertising:
            await self._device.stop_advertising()
        self._advertising = True
        await self._device.start_advertising(
            advertising_data=_said(advert),
            scan_response_data=_named(peer.options.name),
            advertising_interval_min=EVERY_MS,
            advertising_interval_max=EVERY_MS,
        )

    async def _hang_up(self) -> None:
        for connection in tuple(self._device.connections.values()):
            await connection.disconnect()

    def _linked(self, stand: RadioStand, connection: Connection) -> None:
        stand.connected, self._advertising = True, False
        connection.on("disconnection", lambda _: self._lost(stand))

    def _lost(self, stand: RadioStand) -> None:
        stand.connected = False
        stand.notifying.clear()

    def _table(self, service: Service) -> Table:
        return Table(
            UUID(service.uuid), [self._attribute(each) for each in service.characteristics]
        )

    def _attribute(self, one: Characteristic) -> Attribute[Any]:
        properties = Attribute.Properties(0)
        for flag in one.flags:
            properties |= FLAGS[flag]
        may = self._permissions(one.flags)
        value = CharacteristicValue(
            read=lambda _: _answered(one.on_read or (lambda: one.value)),
            write=lambda _, data: _answered(lambda: _written(one, data)),
        )
        attribute = self._attributes[one] = Attribute(UUID(one.uuid), properties, may, value)
        attribute.on("subscription", lambda _, notify, __: _subscribed(one, on=notify))
        return attribute

    def _permissions(self, flags: tuple[Flag, ...]) -> Attribute.Permissions:
        all_of_them = Attribute.Permissions
        may = all_of_them(0)
        if "read" in flags:
            may |= all_of_them.READABLE
            may |= all_of_them.READ_REQUIRES_ENCRYPTION if self._encrypted else all_of_them(0)
        if {"write", "write-without-response"} & {*flags}:
            may |= all_of_them.WRITEABLE
            may |= all_of_them.WRITE_REQUIRES_ENCRYPTION if self._encrypted else all_of_them(0)
        return may


def _written(one: Characteristic, data: bytes) -> None:
    if one.on_write is not None:
        one.on_write(data, 0)


def _subscribed(one: Characteristic, *, on: bool) -> None:
    if one.on_subscribe is not None:
        one.on_subscribe(on)


def _answered(action: Callable[[], T]) -> T:
    try:
        return action()
    except AttError as refusal:
        raise ATT_Error(refusal.code) from refusal


def _said(advert: Advert) -> bytes:
    """Flags (general discoverable, no BR/EDR), then what fits into 31 bytes or is refused."""
    parts: list[tuple[int, bytes]] = [(Type.FLAGS, b"\x06")]
    for uuid in advert.services:
        two = short(uuid)
        if two is not None:
            parts.append((Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, two))
        else:
            whole = bytes.fromhex(uuid.replace("-", ""))[::-1]
            parts.append((Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, whole))
    for uuid, data in advert.service_data.items():
        parts.append((Type.SERVICE_DATA_16_BIT_UUID, (short(uuid) or b"") + data))
    for company, data in advert.manufacturer.items():
        maker = company.to_bytes(2, "little")
        parts.append((Type.MANUFACTURER_SPECIFIC_DATA, maker + data))
    return bytes(AdvertisingData(parts))


def _named(name: str | None) -> bytes:
    named = [] if name is None else [(Type.COMPLETE_LOCAL_NAME, name.encode())]
    return bytes(AdvertisingData(named))


class BumbleController:
    """What BlueZ asks: answered by a Bumble central.  ``adapter`` has the ears."""

    def __init__(self, link: LocalLink, address: str) -> None:
        self.device = device(link, "central", address)
        self.ears: Ears | None = None
        self._errands = Errands()
        self._links: dict[str, Connection] = {}
        self._proxies: dict[Characteristic, tuple[Peer, CharacteristicProxy[bytes]]] = {}
        self.device.on("advertisement", self._heard)

    async def open(self) -> None:
        await self.device.power_on()

    async def close(self) -> None:
        await self._errands.close()
        await self.device.power_off()

    def _heard(self, found: Advertisement) -> None:
        said = found.data
        name = said.get(Type.COMPLETE_LOCAL_NAME)
        maker = said.get(Type.MANUFACTURER_SPECIFIC_DATA)
        data = said.get(Type.SERVICE_DATA_16_BIT_UUID)
        heard = Heard(
            address=found.address.to_string(False),
            random=not found.address.is_public,
            name=name if isinstance(name, str) else None,
            services=tuple(full(uuid) for uuid in _uuids(said)),
            service_data={full(data[0]): bytes(data[1])} if isinstance(data, tuple) else {},
            manufacturer={int(maker[0]): bytes(maker[1])} if isinstance(maker, tuple) else {},
        )
        if self.ears is not None:
            self.ears.heard(heard)

    # ── links ────────────────────────────────────────────────────────────────────────────────

    def scan(self, *, on: bool) -> None:
        start, stop = self.device.start_scanning, self.device.stop_scanning
        self._errands.start(start(filter_duplicates=False) if on else stop())

    def connect(self, address: str, then: Connected) -> None:
        self._errands.start(self._connect(address, then))

    async def _connect(self, address: str, then: Connected) -> None:
        try:
            connection = await self.device.connect(
                Address(address), own_address_type=OwnAddressType.RANDOM, timeout=CONNECT_S
            )
        except BaseBumbleError as why:
            then(Failed(text=str(why)))
            return
        self._links[address] = connection
        connection.on("disconnection", lambda _: self._lost(address))
        then(None)

    def _lost(self, address: str) -> None:
        if self._links.pop(address, None) is not None and self.ears is not None:
            self.ears.lost(address)

    def cancel(self, address: str) -> None:
        cancelling = self.device.cancel_connection(Address(address))  # type: ignore[no-untyped-call]  # Bumble's
        self._errands.start(cancelling)

    def disconnect(self, address: str) -> None:
        connection = self._links.pop(address, None)
        if connection is not None:
            self._errands.start(connection.disconnect())

    def pair(self, address: str, then: Done) -> None:
        self._errands.start(self._pair(self._links[address], then))

    async def _pair(self, connection: Connection, then: Done) -> None:
        try:
            await connection.pair()
        except BaseBumbleError as why:
            then(Failed(text=str(why)))
        else:
            then(None)

    # ── attributes ───────────────────────────────────────────────────────────────────────────

    def discover(self, address: str, then: Discovered) -> None:
        self._errands.start(self._discover(self._links[address], then))

    async def _discover(self, connection: Connection, then: Discovered) -> None:
        peer = Peer(connection)
        mtu = await peer.request_mtu(WANTED_MTU)
        services = []
        for found in await peer.discover_services():
            if full(found.uuid).startswith(("00001800", "00001801")):
                continue  # BlueZ keeps GAP for itself
            await found.discover_characteristics()
            for proxy in found.characteristics:
                await proxy.discover_descriptors()
            services.append(Service(full(found.uuid), tuple(self._known(peer, found))))
        then(tuple(services), mtu)

    def _known(self, peer: Peer, found: ServiceProxy) -> list[Characteristic]:
        known = []
        for proxy in found.characteristics:
            flags = tuple(flag for flag, bit in FLAGS.items() if proxy.properties & bit)
            known.append(Characteristic(full(proxy.uuid), flags))
            self._proxies[known[-1]] = peer, proxy
        return known

    def read(self, address: str, characteristic: Characteristic, then: Read) -> None:
        assert address in self._links
        _, proxy = self._proxies[characteristic]
        self._errands.start(self._ask(proxy.read_value(), then))

    def write(
        self, address: str, characteristic: Characteristic, data: bytes, then: Done | None
    ) -> None:
        assert address in self._links
        _, proxy = self._proxies[characteristic]
        writing = proxy.write_value(data, with_response=then is not None)
        self._errands.start(self._ask(writing, then))

    def subscribe(
        self, address: str, characteristic: Characteristic, then: Done | None, *, on: bool
    ) -> None:
        peer, proxy = self._proxies[characteristic]

        def noticed(value: bytes) -> None:
            if self.ears is not None:
                self.ears.noticed(address, characteristic, bytes(value))

        turning = peer.subscribe(proxy, noticed) if on else peer.unsubscribe(proxy)
        self._errands.start(self._ask(turning, then))

    async def _ask(self, request: Awaitable[T], then: Callable[[T | Failed], None] | None) -> None:
        try:
            result: T | Failed = await request
        except ATT_Error as refusal:
            result = Failed(att=int(refusal.error_code))
        except (InvalidStateError, BaseBumbleError):
            return  # the link went; BlueZ knows
        if then is not None:
            then(result)


def _uuids(said: AdvertisingData) -> list[UUID]:
    kinds = (
        Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    )
    found = list[UUID]()
    for kind in kinds:
        uuids = said.get(kind)
        found += uuids if isinstance(uuids, list) else []
    return found
