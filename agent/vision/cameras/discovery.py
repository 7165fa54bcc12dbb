"""Finding ONVIF cameras on the network: WS-Discovery 1.1, a question to all and answers one by one.

Sans I/O but for ``ask``.  Answers are anybody's: bounded in size and depth, without entities, and
what is no answer is none.
"""

import ipaddress
import socket
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.parsers import expat  # without entities: see ``_Names``

GROUP: Final = ("239.255.255.250", 3702)  # WS-Discovery 1.1, 2.4
MOST_ANSWER: Final = 16_384  # bytes; cameras send about 2000
MOST_DEPTH: Final = 32
MOST_TEXT: Final = 4096  # characters of one element
MOST_FOUND: Final = 256
_SCOPE: Final = "onvif://www.onvif.org/"
_WANTED: Final = frozenset({"XAddrs", "Scopes", "Types"})

_PROBE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:n="http://www.onvif.org/ver10/network/wsdl">'
    "<e:Header><w:MessageID>urn:uuid:{id}</w:MessageID>"
    "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe><d:Types>n:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
)


@dataclass(frozen=True, slots=True)
class Camera:
    """``host``: an address.  ``name`` and ``hardware`` as the camera calls itself, or empty."""

    host: str
    name: str
    hardware: str
    service: str  # where ONVIF is spoken


class _Refused(Exception):
    """More than we are ready to read."""


def probe(id_: uuid.UUID) -> bytes:
    return _PROBE.format(id=id_).encode()


def answer_of(data: bytes) -> Camera | None:
    """What one datagram tells; None for what is no answer of a camera.  Never raises."""
    if len(data) > MOST_ANSWER:
        return None
    names = _Names()
    try:
        names.read(data)
    except (expat.ExpatError, _Refused, ValueError, LookupError):  # the last two: odd encodings
        return None
    if "NetworkVideoTransmitter" not in names.texts.get("Types", ""):
        return None
    return _camera(names.texts.get("XAddrs", "").split(), names.texts.get("Scopes", "").split())


def ask(seconds: float, group: tuple[str, int] = GROUP) -> list[Camera]:
    """Those that answer within that time, each once, in the order of their addresses.  OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        sock.sendto(probe(uuid.uuid4()), group)
        found = {camera.service: camera for camera in _answers(sock, seconds)}
    return sorted(found.values(), key=lambda camera: ipaddress.ip_address(camera.host).packed)


def _answers(sock: socket.socket, seconds: float) -> Iterator[Camera]:
    until, count = time.monotonic() + seconds, 0
    while (left := until - time.monotonic()) > 0 and count < MOST_FOUND:
        sock.settimeout(left)
        try:
            data = sock.recv(MOST_ANSWER + 1)
        except TimeoutError:
            return
        count += 1
        camera = answer_of(data)
        if camera is not None:
            yield camera


def _camera(services: Iterable[str], scopes: Iterable[str]) -> Camera | None:
    """By the first of its addresses that is one."""
    told = dict(_scope(scope) for scope in scopes if scope.startswith(_SCOPE))
    for service in services:
        try:
            host = str(ipaddress.ip_address(urlsplit(service).hostname or ""))
        except ValueError:
            continue
        return Camera(host, told.get("name", ""), told.get("hardware", ""), service)
    return None


def _scope(scope: str) -> tuple[str, str]:
    kind, _, value = scope.removeprefix(_SCOPE).partition("/")
    return kind, "".join(sign for sign in unquote(value) if sign.isprintable())[:64]


class _Names:
    """The texts of the elements that are wanted, by their local names; the first of each."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._depth, self._open = 0, ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, data: bytes) -> None:
        self._parser.Parse(data, True)  # as expat has it

    def _doctype(self, *_: object) -> None:
        raise _Refused("a document type: there entities would be declared")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise _Refused("too deep")
        local = name.rpartition(" ")[2]
        self._open = local if local in _WANTED and local not in self.texts else ""
        if self._open:
            self.texts[self._open] = ""

    def _end(self, _: str) -> None:
        self._depth -= 1
        self._open = ""

    def _text(self, text: str) -> None:
        if not self._open:
            return
        self.texts[self._open] += text
        if len(self.texts[self._open]) > MOST_TEXT:
            raise _Refused("too long")
