"""A 4G modem on its AT port (EC20, SIM7600 and their kind), 115200 8N1.

After power-up its echo is on and errors are plain ``ERROR``; for some seconds the SIM answers
"busy".  Answers come as ``CR LF … CR LF``, a prompt as ``CR LF > SPACE`` without an end.  A PDU
ends with 1A, and 1B leaves the prompt.  Between all that it tells what nobody asked for.
Source: 3GPP TS 27.005 and 27.007; Quectel EC2x and SIMCom SIM7500 AT command manuals.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from hwsim.devices.base import CannotDo, Device, Sim
from hwsim.devices.telling import modem_pdu
from hwsim.devices.telling.modem_network import Call, Network, People
from hwsim.orders import Order, Set, Text
from hwsim.stand import Stand

END, ESCAPE = b"\x1a", b"\x1b"
MOST = 1024
CAPACITY = 10
Verb = Callable[[str], None]
ENDS = re.compile(rb"[\r\x1a\x1b]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``refuses``: what the network says to every message, as a code of ``+CMS ERROR``."""

    turnaround_s: float = 0.05
    busy_s: float = 10.0  # after power-up the SIM is not ready
    send_s: float = 2.0  # how long the network thinks about a message
    imei: str = "861234050012345"
    imsi: str = "460001234567890"
    refuses: int | None = None
    lte_only: bool = False  # registered in LTE alone, as Cat.1 cards are
    chatter: Literal["none", "some"] = "some"  # notices in the middle of answers
    switched_off: tuple[str, ...] = ()
    engaged: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    answer_s: float = 6.0
    report_s: float = 3.0  # 0: no reports at all


@dataclass(slots=True)
class Air:
    network: bool = True
    sim: bool = True
    dbm: float = -73.0
    imsi: str = ""
    store: dict[int, bytes] = field(default_factory=dict)


class Modem(Device):
    def __init__(self, stand: Stand, options: Options) -> None:
        self._stand, self._options = stand, options
        self._air = Air(imsi=options.imsi)
        people = People(
            switched_off=options.switched_off,
            engaged=options.engaged,
            away=options.away,
            answer_s=options.answer_s,
            report_s=options.report_s or None,
        )
        self._people, self._network = people, Network(stand, people, self._reported)
        self._incoming = 0
        self._without_sim, self._with_sim = self._verbs()
        self._boot()

    def _boot(self) -> None:
        self._buffer, self._echo, self._cmee, self._cnmi = b"", True, 0, (0, 0, 0, 0)
        self._ready = self._stand.now + self._options.busy_s
        self._wanted: int | None = None  # octets of the PDU that is asked for
        self._call: Call | None = None

    def powered(self, on: bool) -> None:
        if on:
            self._boot()

    def do(self, order: Order) -> None:
        if isinstance(order, Text):
            self._incoming += 1
            for pdu in modem_pdu.delivers(order.number, order.text, self._incoming):
                self._stored(pdu)
            self._stand.happened("texted", number=order.number, text=order.text)
        elif isinstance(order, Set):
            self._set(order.quantity, order.value)

    def _set(self, what: str | None, value: float) -> None:
        air = self._air
        if what == "network":
            air.network = bool(value)
        elif what == "sim":
            air.sim = bool(value)
        elif what == "imsi":
            air.imsi = f"{value:.0f}"
        elif what in ("signal", None):
            air.dbm = value
        else:
            raise CannotDo(f"a modem has no {what}")
        self._stand.happened("set", quantity=what or "signal", value=value)

    # ── what it hears ────────────────────────────────────────────────────────────────────────

    def heard(self, data: bytes, at_ns: int) -> None:
        self._buffer = (self._buffer + data)[-MOST:]
        while (end := ENDS.search(self._buffer)) is not None:
            text, mark = self._buffer[: end.start()], end.group()
            self._buffer = self._buffer[end.end() :]
            self._ended(text, mark, at_ns)

    def _ended(self, text: bytes, mark: bytes, at_ns: int) -> None:
        if self._wanted is not None:
            if mark == END:
                self._message(text, at_ns)
            elif mark == ESCAPE:
                self._wanted = None
                self._result("OK")
            return
        command = text.strip(b"\n").decode("ascii", "replace")
        if mark != b"\r" or not command.upper().startswith("AT"):
            return
        if self._echo:
            self._stand.say(text + b"\r", {"echo": command})
        self._stand.asked(at_ns, command=command)
        self._command(command[2:])

    def _command(self, command: str) -> None:
        name, _, value = command.partition("=")
        dial = re.fullmatch(r"D(\+?\d+);", command)
        if dial:
            self._dial(dial[1])
        elif name in self._without_sim:
            self._without_sim[name](value)
        elif name not in self._with_sim:
            self._result("ERROR")
        elif not self._air.sim:
            self._error("CME", 10)
        elif self._stand.now < self._ready:
            self._error("CME", 14)
        else:
            self._with_sim[name](value)

    def _verbs(self) -> tuple[dict[str, Verb], dict[str, Verb]]:
        """What it does without a SIM that is ready, and what it needs one for."""
        without: dict[str, Verb] = {
            "": self._ok,
            "E0": lambda _: self._echo_is(on=False),
            "E1": lambda _: self._echo_is(on=True),
            "H": self._chup,
            "+CHUP": self._chup,
            "+CMEE": self._cmee_is,
            "+CMEE?": lambda _: self._result("OK", f"+CMEE: {self._cmee}"),
            "+CSQ": self._csq,
            "+CGSN": lambda _: self._result("OK", self._options.imei),
            "+CLCC": self._clcc,
            "+CFUN": self._restart,
            "+COPS?": self._cops,
            "+CREG?": lambda _: self._registered("+CREG"),
            "+CEREG?": lambda _: self._registered("+CEREG"),
        }
        needing: dict[str, Verb] = {
            "+CPIN?": lambda _: self._result("OK", "+CPIN: READY"),
            "+CIMI": lambda _: self._result("OK", self._air.imsi),
            "+CMGF": self._ok,
            "+CNMI": self._cnmi_is,
            "+CMGS": self._cmgs,
            "+CMGR": self._cmgr,
            "+CMGD": self._cmgd,
            "+CPMS?": self._cpms,
        }
        return without, needing

    # ── what it says ─────────────────────────────────────────────────────────────────────────

    def _say(self, lines: list[str], **meaning: object) -> None:
        whole = "".join(f"\r\n{line}\r\n" for line in lines)
        told = {"lines": lines, **meaning}
        self._stand.say(whole.encode("ascii"), told, self._options.turnaround_s)

    def _result(self, result: str, *lines: str, **meaning: object) -> None:
        notice = ["+CTZV: 32"] if self._options.chatter == "some" and lines else []
        self._say([*notice, *lines, result], **meaning)

    def _ok(self, value: str = "") -> None:
        del value
        self._result("OK")

    def _error(self, kind: str, code: int) -> None:
        self._result(f"+{kind} ERROR: {code}" if self._cmee else "ERROR")

    # ── messages ─────────────────────────────────────────────────────────────────────────────

    def _cmgs(self, value: str) -> None:
        if not value.isdigit():
            self._error("CMS", 304)
            return
        self._wanted = int(value)
        prompt = {"prompt": int(value)}
        self._stand.say(b"\r\n> ", prompt, self._options.turnaround_s)

    def _message(self, text: bytes, at_ns: int) -> None:
        wanted, self._wanted = self._wanted, None
        try:
            message = modem_pdu.submitted(text, wanted)
        except modem_pdu.BadPdu:
            self._error("CMS", 304)
            return
        self._stand.after(self._options.send_s, lambda: self._sent(message, at_ns))

    def _sent(self, message: modem_pdu.Submitted, at_ns: int) -> None:
        if not self._air.network:
            self._error("CMS", 331)
        elif self._options.refuses is not None:
            self._error("CMS", self._options.refuses)
        elif not 3 <= len(message.number.lstrip("+")) <= 15:
            self._error("CMS", 1)
        else:
            self._result("OK", f"+CMGS: {self._network.take(message, at_ns)}")

    def _reported(self, pdu: bytes) -> None:
        if self._cnmi[3] == 1:
            line = f"+CDS: {modem_pdu.length(pdu)}\r\n{pdu.hex().upper()}"
            self._say([line], reference=pdu[2 + pdu[0]])
        elif self._cnmi[3] == 2:
            self._stored(pdu, "+CDSI")

    def _stored(self, pdu: bytes, notice: str = "+CMTI") -> None:
        free = [place for place in range(CAPACITY) if place not in self._air.store]
        if not free:
            self._stand.happened("memory_full")
            self._say(["+QIND: SMS FULL"])
            return
        self._air.store[free[0]] = pdu
        if self._cnmi[1] or notice == "+CDSI":
            self._say([f'{notice}: "SM",{free[0]}'])

    def _cmgr(self, value: str) -> None:
        pdu = self._air.store.get(int(value)) if value.isdigit() else None
        if pdu is None:
            self._result("OK")
            return
        self._result("OK", f"+CMGR: 0,,{modem_pdu.length(pdu)}\r\n{pdu.hex().upper()}")

    def _cmgd(self, value: str) -> None:
        place, _, flag = value.partition(",")
        if flag == "1":
            self._air.store.clear()
        elif place.isdigit():
            self._air.store.pop(int(place), None)
        self._ok()

    def _cpms(self, value: str) -> None:
        del value
        used = f'"SM",{len(self._air.store)},{CAPACITY}'
        self._result("OK", "+CPMS: " + ",".join([used] * 3))

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def _dial(self, number: str) -> None:
        if not self._air.network or not self._air.sim:
            self._result("NO CARRIER")
            return
        self._stand.happened("rung", number=number)
        self._call = Call(self._stand, self._people, number, self._call_ended)
        self._ok()

    def _call_ended(self, why: str) -> None:
        self._call = None
        self._say([why])

    def _clcc(self, value: str) -> None:
        del value
        call = self._call
        lines = [f'+CLCC: 1,0,{call.state},0,0,"{call.number}",129'] if call else []
        self._result("OK", *lines)

    def _chup(self, value: str) -> None:
        if self._call is not None:
            self._call.hang_up()
            self._stand.happened("hung_up", number=self._call.number)
        self._call = None
        self._ok(value)

    # ── settings and state ───────────────────────────────────────────────────────────────────

    def _echo_is(self, on: bool) -> None:
        self._echo = on
        self._ok()

    def _cmee_is(self, value: str) -> None:
        self._cmee = int(value) if value.isdigit() else 0
        self._ok()

    def _cnmi_is(self, value: str) -> None:
        told = [int(one) if one.isdigit() else 0 for one in value.split(",")]
        mode, stored, broadcast, reports = (*told, 0, 0, 0, 0)[:4]
        self._cnmi = (mode, stored, broadcast, reports)
        self._ok()

    def _registered(self, name: str) -> None:
        home = self._air.network and not (name == "+CREG" and self._options.lte_only)
        self._result("OK", f"{name}: 0,{1 if home else 2}")

    def _cops(self, value: str) -> None:
        del value
        self._result("OK", '+COPS: 0,0,"CHINA MOBILE",7' if self._air.network else "+COPS: 0")

    def _csq(self, value: str) -> None:
        del value
        level = min(31, max(0, round((self._air.dbm + 113) / 2))) if self._air.network else 99
        self._result("OK", f"+CSQ: {level},99", signal=2 * level - 113)

    def _restart(self, value: str) -> None:
        self._ok(value)
        self._stand.happened("restarted")
        self._boot()


SIM = Sim(name="modem", build=Modem, options=Options, orders=(Set, Text))
