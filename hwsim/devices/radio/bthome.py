"""A BTHome v2 beacon: measurements as objects in the service data of 0xFCD2.

One byte of device information (bit 0 encrypted, bit 2 sends only when something happens, bits 5
to 7 the version), then objects in the order of their identifiers, each with its own width, little
endian.  Encrypted: AES-CCM with a tag of four bytes over the objects, then a counter of four bytes
that only grows, then the tag; the nonce is address, D2 FC, device information, counter.
Source: bthome.io/format and bthome.io/encryption.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from hwsim.devices.base import Device, Sim
from hwsim.devices.radio.weather import Weather
from hwsim.orders import Order, Set
from hwsim.radio.gatt import sig
from hwsim.radio.stand import Advert, RadioOptions, RadioStand

BTHOME = sig(0xFCD2)
VERSION_2, ENCRYPTED, TRIGGERED = 0x40, 0x01, 0x04
PACKET_ID = 0x00
NONCE_UUID = bytes.fromhex("d2fc")
TAG = 4
OBJECTS = {  # quantity: identifier, bytes, signed, units of the last digit in one
    "battery": (0x01, 1, False, 1),
    "temperature": (0x02, 2, True, 100),
    "humidity": (0x03, 2, False, 100),
    "pressure": (0x04, 3, False, 100),
    "illuminance": (0x05, 3, False, 100),
    "weight": (0x06, 2, False, 100),
    "voltage": (0x0C, 2, False, 1000),
    "pm2_5": (0x0D, 2, False, 1),
    "pm10": (0x0E, 2, False, 1),
    "co2": (0x12, 2, False, 1),
    "tilt_x": (0x3F, 2, True, 10),
    "tilt_y": (0x3F, 2, True, 10),  # one object each, in the order of the axes
    "tilt_z": (0x3F, 2, True, 10),
}
COUNTS = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(RadioOptions):
    values: dict[str, float] = field(
        default_factory=lambda: {"temperature": 21.5, "humidity": 48.0}
    )
    noise: float = 0.002
    every_s: float = 2.0
    repeats: int = 1  # how often each packet is sent, with the same identifier
    packet_id: bool = True
    triggered: bool = False  # it says that it sends only when something happens
    bindkey: str | None = None  # 32 hex digits: encrypted
    counter: int = 1  # of encryption, when it is switched on
    wraps: bool = False  # at the end of the counter it begins at 0 again, as careless firmware does

    def __post_init__(self) -> None:
        unknown = sorted(set(self.values) - set(OBJECTS))
        if unknown:
            raise ValueError(f"BTHome has no {', '.join(unknown)} here")
        if self.bindkey is not None and len(bytes.fromhex(self.bindkey)) != 16:
            raise ValueError("bindkey: 32 hex digits")


def coded(quantity: str, value: float) -> tuple[bytes, float]:
    """The object, and the value that it can tell."""
    number, size, signed, scale = OBJECTS[quantity]
    low, high = (
        (-1 << 8 * size - 1, (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
    )
    units = max(low, min(high, round(value * scale)))
    return bytes((number,)) + units.to_bytes(size, "little", signed=signed), units / scale


def sealed(plain: bytes, info: int, address: str, key: bytes, counter: int) -> bytes:
    count = counter.to_bytes(4, "little")
    nonce = bytes.fromhex(address.replace(":", "")) + NONCE_UUID + bytes((info,)) + count
    secret = AESCCM(key, tag_length=TAG).encrypt(nonce, plain, None)
    return secret[:-TAG] + count + secret[-TAG:]


class BTHome(Device):
    def __init__(self, stand: RadioStand, options: Options) -> None:
        stand.tune(options)
        self._stand, self._options = stand, options
        self._weather = Weather(stand, options.values, options.noise)
        self._packet, self._counter = 0, options.counter
        self._left, self._advert = 0, Advert()

    def start(self) -> None:
        self._stand.beacon(self._next, self._options.every_s / max(1, self._options.repeats))

    def _next(self) -> Advert:
        if self._left == 0:
            self._left, self._advert = max(1, self._options.repeats), self._fresh()
        self._left -= 1
        return self._advert

    def _fresh(self) -> Advert:
        objects, meaning = self._measured()
        info = VERSION_2 | (TRIGGERED if self._options.triggered else 0)
        if self._options.bindkey is None:
            data = bytes((info,)) + objects
        else:
            info |= ENCRYPTED
            key = bytes.fromhex(self._options.bindkey)
            data = bytes((info,)) + sealed(objects, info, self._stand.address, key, self._counter)
            self._counter = self._after(self._counter)
        return Advert(service_data={BTHOME: data}, meaning=meaning)

    def _measured(self) -> tuple[bytes, dict[str, float]]:
        objects, meaning = b"", dict[str, float]()
        if self._options.packet_id:
            objects += bytes((PACKET_ID, self._packet))
            self._packet = (self._packet + 1) % 256
        order = list(OBJECTS)
        for quantity in sorted(self._weather.base, key=order.index):
            data, meaning[quantity] = coded(quantity, self._weather.now(quantity))
            objects += data
        return objects, meaning

    def _after(self, counter: int) -> int:
        if counter + 1 < COUNTS:
            return counter + 1
        return 0 if self._options.wraps else counter

    def do(self, order: Order) -> None:
        if isinstance(order, Set):
            self._weather.set(order)


SIM = Sim(name="bthome", build=BTHome, options=Options, orders=(Set,), radio=True)
