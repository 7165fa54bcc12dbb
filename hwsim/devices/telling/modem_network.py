"""What lies behind a modem: people with phones, and a network that takes its time."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from hwsim.devices.telling.modem_pdu import Submitted, report
from hwsim.stand import Stand

DELIVERED, EXPIRED, UNREACHABLE = 0x00, 0x46, 0x62
DIALING, ALERTING, ACTIVE = 2, 3, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Numbers of people whom one does not reach like all others."""

    switched_off: tuple[str, ...] = ()  # no report but "expired"
    engaged: tuple[str, ...] = ()  # the line is busy
    away: tuple[str, ...] = ()  # it rings and rings
    answer_s: float = 6.0  # all others take the call after so long
    report_s: float | None = 3.0  # how long after it was taken a message is there; None: no report


class Network:
    def __init__(self, stand: Stand, people: People, reported: Callable[[bytes], None]) -> None:
        self._stand, self._people, self._reported = stand, people, reported
        self._parts: defaultdict[tuple[str, int], dict[int, Submitted]] = defaultdict(dict)
        self._reference = 0

    def take(self, message: Submitted, at_ns: int) -> int:
        """The reference that it gets."""
        self._reference = self._reference % 255 + 1
        reference = self._reference
        off = message.number in self._people.switched_off
        if not off:
            self._arrives(message, at_ns)
        if message.report and self._people.report_s is not None:
            status = EXPIRED if off else DELIVERED
            pdu = report(reference, message.number, status)
            self._stand.after(self._people.report_s, lambda: self._reported(pdu))
        return reference

    def _arrives(self, message: Submitted, at_ns: int) -> None:
        """The phone joins what belongs together; only then is there something to read."""
        total, which = (message.part or (0, 1, 1))[1:]
        key = (message.number, message.part[0] if message.part else -1)
        parts = self._parts[key]
        parts[which] = message
        if len(parts) < total:
            return
        text = "".join(parts[n].text() for n in sorted(parts))
        del self._parts[key]
        self._stand.told("sms", at_ns, to=message.number, text=text, parts=total)


class Call:
    """One outgoing call; ``ended`` is told why it ended, unless we hung up."""

    def __init__(
        self, stand: Stand, people: People, number: str, ended: Callable[[str], None]
    ) -> None:
        self.number, self.state, self._over = number, DIALING, False
        self._stand, self._ended = stand, ended
        stand.after(1.0, lambda: self._turns(ALERTING))
        if number in people.engaged:
            stand.after(2.0, lambda: self._ends("BUSY"))
        elif number not in people.away:
            stand.after(people.answer_s, lambda: self._turns(ACTIVE))

    def hang_up(self) -> None:
        self._over = True

    def _turns(self, state: int) -> None:
        if not self._over:
            self.state = state
            if state == ACTIVE:
                self._stand.happened("answered", number=self.number)

    def _ends(self, why: str) -> None:
        if not self._over:
            self._over = True
            self._ended(why)
