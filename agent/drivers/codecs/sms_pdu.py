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

from agent.drivers.codecs.base import MORE, NOISE, Bad, Direction, Got, Protocol, Stream, Taken, Why
from agent.drivers.codecs.sms_fields import (
    MOST_OCTETS,
    Reader,
    Short,
    UserData,
    Wrong,
    as_number,
)

DELIVER, SUBMIT, STATUS_REPORT = 0, 1, 2
_MOST_SMSC = 11  # octets: the type, and as many digits
MOST = 1 + _MOST_SMSC + 12 + 17 + 5 + MOST_OCTETS
_NAMES = {DELIVER: "DELIVER", SUBMIT: "SUBMIT", STATUS_REPORT: "STATUS-REPORT"}
_VP_SIZES = (0, 7, 1, 7)  # none, enhanced, relative, absolute (9.2.3.3)


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


def take(buffer: bytes, direction: Direction | None) -> Taken[Pdu]:
    """A report takes all that is left of ``buffer``, if that can be the rest of one."""
    del direction  # see above
    return _take(buffer, _with_rest)


def _take(buffer: bytes, ended: Callable[[Reader, Pdu], Pdu]) -> Taken[Pdu]:
    if buffer[0] == 1 or buffer[0] > _MOST_SMSC:
        return NOISE
    reader = Reader(buffer)
    try:
        pdu = ended(reader, _pdu(reader))
    except Short:
        return MORE
    except Wrong:
        return Bad(Why.FORMAT, len(buffer))
    return Got(pdu, reader.at)


def take_whole(octets: bytes) -> Pdu | None:
    """What a modem gave as one PDU, if it is one and nothing else."""
    taken = take(octets, None) if octets else NOISE
    return taken.frame if isinstance(taken, Got) and taken.used == len(octets) else None


def _pdu(reader: Reader) -> Pdu:
    smsc = _smsc(reader)
    begins, first = reader.at, reader.octet()
    kind, udhi = first & 3, bool(first & 0x40)
    if kind not in _NAMES:
        raise Wrong
    mr = None if kind == DELIVER else reader.octet()
    begun = Pdu(smsc=smsc, tpdu_len=0, mti=kind, udhi=udhi, mr=mr, number=reader.number())
    if kind == STATUS_REPORT:
        pdu = _status_report(reader, begun)
    else:
        pdu = _message(reader, begun, vp=first >> 3 & 3)
    return replace(pdu, tpdu_len=reader.at - begins)


def _smsc(reader: Reader) -> str | None:
    size = reader.octet()
    if not size:
        return None
    kind = reader.octet()
    return as_number(kind, reader.take(size - 1), 2 * (size - 1))


def _message(reader: Reader, begun: Pdu, vp: int) -> Pdu:
    pid, dcs = reader.octet(), reader.octet()
    scts, zone = None, 0
    if begun.mti == DELIVER:
        scts, zone = reader.moment()
    else:
        reader.take(_VP_SIZES[vp])
    data = reader.user_data(dcs, udhi=begun.udhi)
    return replace(begun, pid=pid, dcs=dcs, scts=scts, zone=zone, data=data)


def _status_report(reader: Reader, begun: Pdu) -> Pdu:
    scts, zone = reader.moment()
    discharged, _ = reader.moment()
    return replace(begun, scts=scts, zone=zone, discharged=discharged, status=reader.octet())


def _without_rest(reader: Reader, told: Pdu) -> Pdu:
    del reader
    return told


def _with_rest(reader: Reader, told: Pdu) -> Pdu:
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
    except (Short, Wrong):
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
