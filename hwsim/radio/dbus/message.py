"""One D-Bus message.  Source: D-Bus Specification 0.42, "Message Format"."""

import struct
from dataclasses import dataclass
from typing import Any

from hwsim.radio.dbus.values import Malformed, Reader, Variant, pack, pad

CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
NO_REPLY = 1
LARGEST = 1 << 27  # 128 MiB, the specification's own limit
FIELDS = {  # header fields by their number
    1: ("path", "o"),
    2: ("interface", "s"),
    3: ("member", "s"),
    4: ("error", "s"),
    5: ("answers", "u"),
    6: ("destination", "s"),
    7: ("sender", "s"),
    8: ("signature", "g"),
    9: ("fds", "u"),
}
NUMBERS = {name: (number, kind) for number, (name, kind) in FIELDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    kind: int
    serial: int = 0
    flags: int = 0
    path: str = ""
    interface: str = ""
    member: str = ""
    error: str = ""
    answers: int = 0  # the serial of the call
    destination: str = ""
    sender: str = ""
    signature: str = ""
    fds: int = 0  # how many file descriptors travel with it
    body: tuple[Any, ...] = ()


def encode(message: Message) -> bytes:
    body = pack(message.signature, message.body)
    fields = [
        (number, Variant(kind, getattr(message, name)))
        for name, (number, kind) in NUMBERS.items()
        if getattr(message, name)
    ]
    head = bytearray(struct.pack("<cBBBII", b"l", message.kind, message.flags, 1, len(body), 0))
    struct.pack_into("<I", head, 8, message.serial)
    pack("a(yv)", [fields], into=head)
    pad(head, 8)
    return bytes(head + body)


def decode(buffer: bytes) -> tuple[Message, int] | None:
    """The first message of ``buffer`` and its length; None: not all of it is there yet."""
    if len(buffer) < 16:
        return None
    order = {b"l": "<", b"B": ">"}.get(buffer[:1])
    if order is None:
        raise Malformed(f"byte order {buffer[:1]!r}")
    size, serial, fields = struct.unpack_from(order + "III", buffer, 4)
    begins = 16 + fields + -fields % 8
    if begins + size > LARGEST:
        raise Malformed(f"{begins + size} bytes")
    if len(buffer) < begins + size:
        return None
    (listed,) = Reader(buffer[:begins], order, 12).unpack("a(yv)")
    known = [(FIELDS[number], value) for number, value in listed if number in FIELDS]
    if any(kind != value.signature for (_, kind), value in known):
        raise Malformed("a header field of another type")
    found = {name: value.value for (name, _), value in known}
    body = Reader(buffer[begins : begins + size], order).unpack(found.get("signature", ""))
    kind, flags = buffer[1], buffer[2]
    return Message(kind=kind, serial=serial, flags=flags, body=body, **found), begins + size
