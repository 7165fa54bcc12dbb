"""One wire and what travels on it: pace, portions, collisions and harms.

Bytes leave at the baud rate and reach the host in the portions of the adapter's latency timer, so
frames arrive cut in the middle or glued together, as they do in the field.  On an RS-485 pair who
talks at the same time as another garbles both.  What the host does not take is lost: a UART
keeps nothing.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hwsim.agenda import SECOND, Agenda, ns
from hwsim.harms import Harms
from hwsim.orders import Harm
from hwsim.truth import Truth

HOST = "host"


class Port(Protocol):
    """The host's end of a wire."""

    @property
    def baud(self) -> int | None:
        """What the host has set its end to; None where that cannot be seen."""
        ...

    def write(self, data: bytes) -> int:
        """How many bytes the host's side took; 0 when nobody has it open.  Never blocks."""
        ...


class Ear(Protocol):
    def __call__(self, data: bytes, at_ns: int) -> None:
        """Bytes that came over the wire; ``at_ns`` is when the host wrote them, boot time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BusSpec:
    id: str
    baud: int = 9600  # 0: no pace at all, for benchmarks
    format: str = "8N1"
    rs485: bool = False  # one pair: whoever talks is heard by all, and only one may
    chunk_ms: float = 16.0  # FTDI's default latency timer; 1 for most others; 0: byte by byte

    def byte_ns(self) -> int:
        """Start bit, data, parity, stop bits."""
        data, parity, stop = int(self.format[0]), self.format[1] != "N", int(self.format[2])
        return round((1 + data + parity + stop) * SECOND / self.baud) if self.baud else 0


@dataclass(slots=True, eq=False)
class Burst:
    """Bytes that one talker sends back to back."""

    source: str
    data: bytearray
    starts: int
    at_ns: int  # boot time, for what the host wrote
    meaning: Mapping[str, object] | None = None  # None: not a device's frame
    harms: list[str] = field(default_factory=list)
    delivered: int = 0
    dropped: int = 0


class Bus:
    """Devices ``send``; the host's bytes come in by ``hear``; ``port`` takes what reaches it."""

    def __init__(self, spec: BusSpec, agenda: Agenda, dice: random.Random, truth: Truth) -> None:
        self.spec, self.harms = spec, Harms(dice)
        self.port: Port | None = None  # unplugged
        self._agenda, self._dice, self._truth = agenda, dice, truth
        self._byte, self._chunk = spec.byte_ns(), ns(spec.chunk_ms / 1000)
        self._ears: dict[str, Ear] = {}
        self._flying: list[Burst] = []
        self._free: dict[str, int] = {}  # when each talker has said all it has to say so far
        self._pumping = False

    def attach(self, device: str, ear: Ear) -> None:
        self._ears[device] = ear

    def busy(self) -> bool:
        return any(starts > self._agenda.now for starts in self._free.values())

    # ── from a device ────────────────────────────────────────────────────────────────────────

    def send(self, device: str, data: bytes, meaning: Mapping[str, object]) -> None:
        """One frame of a device, from now on."""
        if self.harms.strikes("silent"):
            self._truth.count(device, "silenced")
            return
        late = self.harms.strikes("late")
        burst = Burst(device, bytearray(), 0, 0, meaning, ["late"] if late else [])
        if late:
            self._agenda.after(late.late_s, lambda: self._leave(burst, data))
        else:
            self._leave(burst, data)

    def _leave(self, burst: Burst, data: bytes) -> None:
        struck, taken = self.harms.strike_bytes(data)
        burst.data[:] = struck
        burst.harms += taken
        self._talk(burst)

    # ── from the host ────────────────────────────────────────────────────────────────────────

    def hear(self, data: bytes) -> None:
        """The host wrote ``data`` just now."""
        self._truth.count(self.spec.id, "host_bytes", len(data))
        data = self._as_heard(data)
        struck, taken = self.harms.strike_bytes(data)
        if taken:
            self._truth.count(self.spec.id, "host_struck")
        self._talk(Burst(HOST, bytearray(struck), 0, self._truth.stamp(), harms=taken))

    # ── on the wire ──────────────────────────────────────────────────────────────────────────

    def _talk(self, burst: Burst) -> None:
        burst.starts = max(self._agenda.now, self._free.get(burst.source, 0))
        ends = self._free[burst.source] = burst.starts + len(burst.data) * self._byte
        if self.spec.rs485:
            self._collide(burst)
        self._flying.append(burst)
        if self._byte == 0:
            self._pump()
            self._arrived(burst)
        else:
            self._arm()
            self._agenda.at(ends, lambda: self._arrived(burst))

    def _collide(self, burst: Burst) -> None:
        """Garble what overlaps in time, in both."""
        for other in self._flying:
            if other.source == burst.source or self._byte == 0:
                continue
            begin = max(other.starts, burst.starts)
            end = min(self._end(other), self._end(burst))
            if begin < end:
                for one in (other, burst):
                    first, last = ((at - one.starts) // self._byte for at in (begin, end - 1))
                    self.harms.garble(one.data, max(first, one.delivered), last + 1)
                    one.harms.append("collision")
                self._truth.count(self.spec.id, "collisions")

    def _end(self, burst: Burst) -> int:
        return burst.starts + len(burst.data) * self._byte

    def _arrived(self, burst: Burst) -> None:
        """All of it has passed along the wire: the others on it have heard it."""
        if burst.source != HOST and not self.spec.rs485:
            return
        for device, ear in self._ears.items():
            if device != burst.source:
                ear(bytes(burst.data), burst.at_ns)

    # ── to the host ──────────────────────────────────────────────────────────────────────────

    def _arm(self) -> None:
        """Look again when the adapter next hands over a portion that has something in it."""
        if self._pumping or not self._flying:
            return
        self._pumping = True
        ready = min(one.starts + (one.delivered + 1) * self._byte for one in self._flying)
        chunk = 0 if self.harms.active("chop") else self._chunk
        glue = self.harms.active("glue")
        chunk = ns(glue.hold_s) if glue else chunk
        self._agenda.at(-(-ready // chunk) * chunk if chunk else ready, self._pump)

    def _pump(self) -> None:
        self._pumping = False
        portions = [(burst, self._portion(burst)) for burst in self._flying]
        self._hand_over([(b, p) for b, p in portions if b.source != HOST or self._echoes(b)])
        done = [burst for burst in self._flying if burst.delivered == len(burst.data)]
        self._flying = [burst for burst in self._flying if burst.delivered < len(burst.data)]
        for burst in done:
            if burst.meaning is not None:
                self._emitted(burst, burst.meaning)
        self._arm()

    def _portion(self, burst: Burst) -> bytes:
        passed = self._agenda.now - burst.starts
        there = max(0, passed // self._byte) if self._byte else len(burst.data)
        portion = bytes(burst.data[burst.delivered : there])
        burst.delivered = max(burst.delivered, min(there, len(burst.data)))
        return portion

    def _echoes(self, burst: Burst) -> bool:
        echo = self.harms.active("echo")
        return echo is not None and burst.source == HOST

    def _hand_over(self, portions: list[tuple[Burst, bytes]]) -> None:
        data = b"".join(portion for _, portion in portions)
        heard = self._as_heard(data)
        taken = self.port.write(heard) if self.port and data else 0
        for burst, portion in portions:
            burst.dropped += max(0, len(portion) - taken)
            if heard is not data and portion:
                burst.harms.append("wrong_baud")
            taken = max(0, taken - len(portion))

    def _as_heard(self, data: bytes) -> bytes:
        """By an end that is set to another baud rate: as many bytes, and none of them right."""
        baud = None if self.port is None else self.port.baud
        if baud in (None, self.spec.baud) or not self.spec.baud:
            return data
        self._truth.count(self.spec.id, "wrong_baud", len(data))
        heard = bytearray(data)
        self.harms.garble(heard, 0, len(heard))
        return bytes(heard)

    def _emitted(self, burst: Burst, meaning: Mapping[str, object]) -> None:
        intact = not burst.dropped and not set(burst.harms) - {"late"}
        said: dict[str, object] = {
            "bus": self.spec.id,
            "device": burst.source,
            "meaning": meaning,
            "intact": intact,
        }
        said |= {"bytes": len(burst.data), "hex": burst.data.hex()}
        if burst.harms:
            said["harm"] = sorted(set(burst.harms))
        if burst.dropped:
            said["dropped"] = burst.dropped
        self._truth.count(burst.source, "emitted")
        self._truth.count(burst.source, "intact" if intact else "spoilt")
        self._truth.tell("emitted", said)

    # ── harms ────────────────────────────────────────────────────────────────────────────────

    def harm(self, harm: Harm) -> None:
        self.harms.begin(harm)
        told = {"on": True, "rate": harm.rate, "seconds": harm.seconds}
        self._truth.tell("harm", {"bus": self.spec.id, "harm": harm.harm, **told})
        if harm.seconds is not None:
            self._agenda.after(harm.seconds, lambda: self.heal(harm))

    def heal(self, harm: Harm) -> None:
        if self.harms.end(harm):
            told = {"on": False, "struck": self.harms.struck[harm.harm]}
            self._truth.tell("harm", {"bus": self.spec.id, "harm": harm.harm, **told})

    def cut_off(self) -> None:
        """Pulled out: what was on its way to the host never arrives."""
        self.port = None
