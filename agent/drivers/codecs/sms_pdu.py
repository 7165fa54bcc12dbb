"""Short messages as modems hand them over in PDU mode (3GPP TS 23.040 and 27.005).

    SMSC first …      the length of the SMSC counts octets, that of a number its digits
    DELIVER           first number PID DCS SCTS UDL UD
    SUBMIT            first MR number PID DCS [VP] UDL UD
    STATUS-REPORT     first MR number SCTS DT ST [PI [PID] [DCS] [UDL UD]]

Numbers and times are digits with their nibbles swapped.  UDL counts septets of 7-bit text, else
octets; a header (UDH) before the text is counted in both.

A PDU has no mark and no check: only its lengths hold it together.  It says nothing about who sent
it, so what only the network says (DELIVER) and what only a phone says (SUBMIT) are both read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from agent.drivers.codecs import gsm7
from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Stream, Taken, Why

DELIVER, SUBMIT, STATUS_REPORT = 0, 1, 2
MOST_OCTETS, MOST_SEPTETS = 140, 160  # of user data (23.040, 9.2.3.16)
MOST_DIGITS = 20  # of a number (9.1.2.5)
_MOST_SMSC = 11  # octets: the type, and as many digits
MOST = 1 + _MOST_SMSC + 12 + 17 + 5 + MOST_OCTETS
_NAMES = {DELIVER: "DELIVER", SUBMIT: "SUBMIT", STATUS_REPORT: "STATUS-REPORT"}
_VP_SIZES = (0, 7, 1, 7)  # none, enhanced, relative, absolute (9.2.3.3)
_DIGITS = "0123456789*#abc"  # 9.1.2.3
_INTERNATIONAL, _ALPHANUMERIC = 1, 5


class Alphabet(Enum):
    GSM7 = 0
    OCTETS = 1
    UCS2 = 2


@dataclass(frozen=True, slots=True)
class UserData:
    """``body``: septets of 7-bit text, one a byte; else octets.  Both without the header."""

    length: int
    alphabet: Alphabet
    header: bytes
    body: bytes
    compressed: bool

    def text(self) -> str | None:
        """None for compressed text, which nobody sends."""
        if self.compressed:
            return None
        return text_of(self.body, self.alphabet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdu:
    """``scts``: when the service centre had it, YYMMDDhhmmss in the time of ``zone``."""

    smsc: str | None
    tpdu_len: int
    mti: int
    udhi: bool
    number: str
    mr: int | None = None
    pid: int | None = None
    dcs: int | None = None
    scts: str | None = None
    zone: int = 0  # quarters of an hour east of Greenwich
    discharged: str | None = None
    status: int | None = None
    data: UserData | None = None


@dataclass(frozen=True, slots=True)
class Part:
    reference: int
    total: int
    number: int


def text_of(body: bytes, alphabet: Alphabet) -> str:
    if alphabet is Alphabet.GSM7:
        return gsm7.as_text(body)
    return gsm7.ucs2(body) if alphabet is Alphabet.UCS2 else body.decode("latin-1")


def part_of(header: bytes) -> Part | None:
    """Which part of a long message this is (9.2.3.24.1 and .8); None if it is whole."""
    at = 1
    while at + 2 <= len(header):
        kind, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if (kind, size, len(value)) in ((0, 3, 3), (8, 4, 4)):
            part = Part(int.from_bytes(value[:-2]), value[-2], value[-1])
            return part if 1 <= part.number <= part.total else None
        at += 2 + size
    return None


class _Short(Exception):
    """More octets are needed."""


class _Wrong(Exception):
    """No PDU can go on like this."""


class _Reader:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data, self.at = data, at

    def take(self, size: int) -> bytes:
        taken = self._data[self.at : self.at + size]
        self.at += size
        if len(taken) < size:
            raise _Short
        return taken

    @property
    def left(self) -> bool:
        return self.at < len(self._data)

    def octet(self) -> int:
        return self.take(1)[0]

    def number(self) -> str:
        count = self.octet()
        if count > MOST_DIGITS:
            raise _Wrong
        kind = self.octet()
        return _number(kind, self.take((count + 1) // 2), count)

    def moment(self) -> tuple[str, int]:
        swapped = _swapped(self.take(7))
        zone = int(swapped[12:], 16)
        quarters = (zone >> 4 & 7) * 10 + (zone & 0x0F)
        return swapped[:12], -quarters if zone & 0x80 else quarters

    def user_data(self, dcs: int, *, udhi: bool) -> UserData:
        length, alphabet = self.octet(), alphabet_of(dcs)
        if length > (MOST_SEPTETS if alphabet is Alphabet.GSM7 else MOST_OCTETS):
            raise _Wrong
        octets = self.take(gsm7.size(length) if alphabet is Alphabet.GSM7 else length)
        header = _header(octets) if udhi else b""
        body = _body(octets, header, length, alphabet)
        return UserData(length, alphabet, header, body, compressed=dcs < 0x80 and bool(dcs & 0x20))


def take(buffer: bytes, direction: Direction | None) -> Taken[Pdu]:
    """A report takes all that is left of ``buffer``, if that can be the rest of one."""
    del direction  # see above
    return _take(buffer, _with_rest)


def _take(buffer: bytes, ended: Callable[[_Reader, Pdu], Pdu]) -> Taken[Pdu]:
    if buffer[0] == 1 or buffer[0] > _MOST_SMSC:
        return NOISE
    reader = _Reader(buffer)
    try:
        pdu = ended(reader, _pdu(reader))
    except _Short:
        return MORE
    except _Wrong:
        return Bad(Why.FORMAT, len(buffer))
    return Got(pdu, reader.at)


def take_whole(octets: bytes) -> Pdu | None:
    """What a modem gave as one PDU, if it is one and nothing else."""
    taken = take(octets, None) if octets else NOISE
    return taken.frame if isinstance(taken, Got) and taken.used == len(octets) else None


def alphabet_of(dcs: int) -> Alphabet:
    """Of the text (23.038, 4).  Reserved codings are read as 7-bit text, as it asks."""
    group = dcs >> 4
    if group < 8:
        return (Alphabet.GSM7, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.GSM7)[dcs >> 2 & 3]
    if group == 0x0F:
        return Alphabet.OCTETS if dcs & 4 else Alphabet.GSM7
    return Alphabet.UCS2 if group == 0x0E else Alphabet.GSM7


def _header(octets: bytes) -> bytes:
    """With its length before it."""
    header = octets[: octets[0] + 1] if octets else b""
    if not octets or len(header) <= octets[0]:
        raise _Wrong
    return header


def _body(octets: bytes, header: bytes, length: int, alphabet: Alphabet) -> bytes:
    if alphabet is not Alphabet.GSM7:
        body = octets[len(header) :]
        if alphabet is Alphabet.UCS2 and len(body) % 2:
            raise _Wrong
        return body
    taken = (8 * len(header) + 6) // 7  # septets that the header covers
    if taken > length:
        raise _Wrong
    return gsm7.unpack(octets, length, 0)[taken:]


def _swapped(octets: bytes) -> str:
    return "".join(f"{octet & 0x0F:x}{octet >> 4:x}" for octet in octets)


def _number(kind: int, octets: bytes, count: int) -> str:
    """``count``: its digits; of letters the semi-octets that they fill."""
    form = kind >> 4 & 7
    if form == _ALPHANUMERIC:
        return gsm7.as_text(gsm7.unpack(octets, count * 4 // 7))
    nibbles = _swapped(octets)[:count].rstrip("f")
    if "f" in nibbles:
        raise _Wrong
    digits = "".join(_DIGITS[int(nibble, 16)] for nibble in nibbles)
    return f"+{digits}" if form == _INTERNATIONAL else digits


def _pdu(reader: _Reader) -> Pdu:
    smsc = _smsc(reader)
    begins, first = reader.at, reader.octet()
    kind, udhi = first & 3, bool(first & 0x40)
    if kind not in _NAMES:
        raise _Wrong
    mr = None if kind == DELIVER else reader.octet()
    begun = Pdu(smsc=smsc, tpdu_len=0, mti=kind, udhi=udhi, mr=mr, number=reader.number())
    if kind == STATUS_REPORT:
        pdu = _status_report(reader, begun)
    else:
        pdu = _message(reader, begun, vp=first >> 3 & 3)
    return replace(pdu, tpdu_len=reader.at - begins)


def _smsc(reader: _Reader) -> str | None:
    size = reader.octet()
    if not size:
        return None
    kind = reader.octet()
    return _number(kind, reader.take(size - 1), 2 * (size - 1))


def _message(reader: _Reader, begun: Pdu, vp: int) -> Pdu:
    pid, dcs = reader.octet(), reader.octet()
    scts, zone = None, 0
    if begun.mti == DELIVER:
        scts, zone = reader.moment()
    else:
        reader.take(_VP_SIZES[vp])
    data = reader.user_data(dcs, udhi=begun.udhi)
    return replace(begun, pid=pid, dcs=dcs, scts=scts, zone=zone, data=data)


def _status_report(reader: _Reader, begun: Pdu) -> Pdu:
    scts, zone = reader.moment()
    discharged, _ = reader.moment()
    return replace(begun, scts=scts, zone=zone, discharged=discharged, status=reader.octet())


def _without_rest(reader: _Reader, told: Pdu) -> Pdu:
    del reader
    return told


def _with_rest(reader: _Reader, told: Pdu) -> Pdu:
    """What may follow a status, if that is all there is: else another PDU begins there."""
    begins, more = reader.at, told
    if told.mti != STATUS_REPORT:
        return told
    try:
        present = reader.octet()
        more = replace(more, pid=reader.octet() if present & 1 else None)
        more = replace(more, dcs=reader.octet() if present & 2 else None)
        if present & 4:
            more = replace(more, data=reader.user_data(more.dcs or 0, udhi=told.udhi))
    except (_Short, _Wrong):
        more = told
    if more is told or reader.left:
        reader.at = begins
        return told
    return replace(more, tpdu_len=more.tpdu_len + reader.at - begins)


class Pdus(Stream[Pdu]):
    """PDUs out of a stream of octets, in which nothing shows where the rest of a report ends."""

    def __init__(self) -> None:
        super().__init__(lambda buffer, _: _take(buffer, _without_rest), MOST)


def show(pdu: Pdu) -> Mapping[str, object]:
    told: dict[str, object] = {"smsc": pdu.smsc, "tpdu_len": pdu.tpdu_len, "mti": _NAMES[pdu.mti]}
    told["udhi"] = pdu.udhi
    fields = {"mr": pdu.mr, "number": pdu.number, "pid": pdu.pid, "dcs": pdu.dcs}
    fields |= {"scts": pdu.scts, "dt": pdu.discharged, "st": pdu.status}
    told |= {name: value for name, value in fields.items() if value is not None}
    if pdu.data is not None:
        told["udl"] = pdu.data.length
        told |= {"udh": pdu.data.header.hex()} if pdu.data.header else {}
        told["text"] = pdu.data.text()
    return told


def _nothing(buffer: bytes, direction: Direction | None) -> Taken[Pdu]:
    """Any octets could be a PDU, so none is looked for within a wreck."""
    del buffer, direction
    return NOISE


PROTOCOL = Protocol(name="sms_pdu", take=take, show=show, most=MOST, inside=_nothing)
