"""Texts that came in: their parts are joined before they are told."""

from collections import OrderedDict

from agent.drivers.codecs.sms_fields import Alphabet, Part, UserData, part_of, text_of
from agent.drivers.codecs.sms_pdu import Pdu
from agent.model.messages import Fields

MOST = 16  # texts whose parts are not all there; the oldest is told as it is
_MOST_PARTS = 16
_Key = tuple[str, int, int]


class Inbox:
    def __init__(self) -> None:
        self._begun: OrderedDict[_Key, dict[int, Pdu]] = OrderedDict()

    def came(self, pdu: Pdu) -> list[Fields]:
        """The texts that are told now."""
        if pdu.data is None:
            return []
        part = part_of(pdu.data.header)
        if part is None or part.total > _MOST_PARTS:
            return [_told([pdu], complete=part is None)]
        return self._part(pdu, part)

    def _part(self, pdu: Pdu, part: Part) -> list[Fields]:
        key = (pdu.number, part.reference, part.total)
        parts = self._begun.setdefault(key, {})
        parts[part.number] = pdu
        if len(parts) == part.total:
            del self._begun[key]
            return [_told(_in_order(parts), complete=True)]
        if len(self._begun) > MOST:
            _, oldest = self._begun.popitem(last=False)
            return [_told(_in_order(oldest), complete=False)]
        return []


def _in_order(parts: dict[int, Pdu]) -> list[Pdu]:
    return [parts[number] for number in sorted(parts)]


def _told(parts: list[Pdu], *, complete: bool) -> Fields:
    first = parts[0]
    data = [part.data for part in parts if part.data is not None]
    return {
        "number": first.number,
        "text": _joined(data),
        "sent": _moment(first),
        "complete": complete,
    }


def _joined(data: list[UserData]) -> str:
    """Octets are joined before they are read: others cut a pair in two."""
    if all(one.alphabet is Alphabet.UCS2 for one in data):
        return text_of(b"".join(one.body for one in data), Alphabet.UCS2)
    return "".join(one.text() or "" for one in data)


def _moment(pdu: Pdu) -> str | None:
    """When the service centre had it, as it wrote that: ``2007-04-12T23:25:42+08:00``."""
    digits = pdu.scts or ""
    if not digits.isdigit():
        return None
    year, month, day, *time = (digits[at : at + 2] for at in range(0, 12, 2))
    sign, minutes = "-" if pdu.zone < 0 else "+", abs(pdu.zone) * 15
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"20{year}-{month}-{day}T{':'.join(time)}{zone}"
