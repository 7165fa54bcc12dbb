"""Questions that only read, in the order in which they are asked.

First what every device of a pair survives (Modbus, in ``modbus.py``, comes before all of these),
then inclinometers, then code readers, then boards of locks, whose questions share their heads with
orders, then text, which a device may take for something else.

Not here, on purpose: whatever sets, switches or opens (functions 5, 6, 15 and 16, ``A0 …``,
``8A …``, KR-CU 31 and 33, CU48 61, Winnsen 05), the hello of a Yaohua indicator (its answer looks
like an echo), MT-SICS ``@`` (it resets) and any text at 2400 baud but the question ``Q1``: to a
UPS a line that begins with S or T is a shutdown or a test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agent.drivers.codecs import (
    at,
    bcc8a,
    bcd_tilt,
    bw77,
    bw77a4,
    gm65,
    honeywell,
    krcu,
    megatec,
    mtsics,
    newland,
    osdp,
    pms,
    rion68,
    sds011,
    winnsen,
    yaohua_cmd,
    zemic,
)
from agent.drivers.codecs.base import Take, search
from agent.drivers.probes.guess import Guess
from agent.line.asking import Answer, Found

SHORT_S, LONG_S = 0.25, 0.6
LETTER = ord("@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question.  ``patience``: seconds, beside the wire time, that its answer may take."""

    request: bytes
    answer: Answer[Guess]
    expect: int = 16
    patience: float = SHORT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """``steps`` are asked one after the other as long as they are answered; the last answer counts.

    ``addresses``: where such devices are as delivered, and a few behind; (None,) if it has none.
    ``alone``: it has a wire of its own, so nothing else needs to be looked for.
    """

    name: str
    protocol: str
    steps: Callable[[int], tuple[Step, ...]]
    bauds: tuple[int, ...] = (9600,)
    addresses: tuple[int, ...] = (0,)
    alone: bool = False


def _step(
    request: bytes, take: Take[Any], wanted: Callable[[Any], bool], guess: Guess, expect: int = 16
) -> Step:
    def answer(heard: bytes) -> Found[Guess] | None:
        found = search(take, heard, wanted)
        return None if found is None else Found(guess, found.start, found.end)

    return Step(request=request, answer=answer, expect=expect)


def _slow(*steps: Step) -> tuple[Step, ...]:
    return tuple(
        Step(request=s.request, answer=s.answer, expect=s.expect, patience=LONG_S) for s in steps
    )


def _rion(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="rion68", device="rion", confidence=0.95, address=address)
    here = bytes((address,))
    return (
        _step(
            rion68.question(address),
            rion68.take,
            lambda f: f.address == here and f.command == bcd_tilt.ANGLES,
            guess,
        ),
    )


def _bwsensing(address: int) -> tuple[Step, ...]:
    guess = Guess(
        protocol="bw77",
        device="bwsensing",
        confidence=0.95,
        address=address,
        options={"address_bytes": 2},
    )
    return (
        _step(
            bw77.question(address),
            bw77.take,
            lambda f: int.from_bytes(f.address) == address and f.command == bcd_tilt.ANGLES,
            guess,
        ),
    )


def _bwsensing_4(address: int) -> tuple[Step, ...]:
    guess = Guess(
        protocol="bw77a4",
        device="bwsensing",
        confidence=0.95,
        address=address,
        options={"address_bytes": 4},
    )
    return (
        _step(
            bw77a4.question(address),
            bw77a4.take,
            lambda f: int.from_bytes(f.address) == address and f.command == bcd_tilt.ANGLES,
            guess,
        ),
    )


BAUD_ZONE = 0x2A  # GM65 user manual: two bytes, the divisor of the baud rate


def _gm65(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(protocol="gm65", device="gm65", confidence=0.95)
    question = gm65.encode("read", BAUD_ZONE, b"\x02")
    done = _step(
        question,
        gm65.take_framed,
        lambda f: isinstance(f, gm65.Reply) and f.status == 0 and len(f.data) == 2,
        guess,
    )
    return _slow(done)


def _kerong_16(address: int) -> tuple[Step, ...]:
    guess = Guess(
        protocol="krcu",
        device="kerong",
        confidence=0.95,
        address=address,
        options={"model": "cu16"},
    )
    question = krcu.encode(krcu.Frame(address << 4, None, krcu.READ))
    return (
        _step(
            question,
            krcu.take,
            lambda f: f.command == krcu.STATUS and f.address >> 4 == address and f.lock is None,
            guess,
        ),
    )


def _kerong_48(address: int) -> tuple[Step, ...]:
    guess = Guess(
        protocol="krcu",
        device="kerong",
        confidence=0.95,
        address=address,
        options={"model": "cu48"},
    )
    question = krcu.encode(krcu.Frame(address, 0, krcu.READ_48))
    return (
        _step(
            question,
            krcu.take,
            lambda f: f.command == krcu.TOLD_48 and f.address == address and len(f.data) == 12,
            guess,
        ),
    )


def _lock_8a(address: int) -> tuple[Step, ...]:
    """Twice: five bytes and an XOR are a weak proof."""
    guess = Guess(protocol="bcc8a", device="lock-8a", confidence=0.93, address=address)
    states = (bcc8a.CONTACT_OPEN, bcc8a.CONTACT_CLOSED)
    once = _step(
        bcc8a.encode(bcc8a.READ, address, 1, bcc8a.DO_READ),
        bcc8a.take,
        lambda f: (f.head, f.board, f.lock) == (bcc8a.READ, address, 1) and f.code in states,
        guess,
        bcc8a.LENGTH,
    )
    return once, once


def _winnsen(address: int) -> tuple[Step, ...]:
    """Twice: its frames have no check."""
    guess = Guess(protocol="winnsen", device="winnsen", confidence=0.9, address=address)
    answers = winnsen.READ | winnsen.ANSWERS
    once = _step(
        winnsen.encode(winnsen.READ, address, 1),
        winnsen.take,
        lambda f: (f.function, f.station) == (answers, address) and 1 in (f.lock, f.status),
        guess,
        winnsen.MOST,
    )
    return once, once


def _zemic(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="zemic", device="zemic", confidence=0.95, address=address)
    question = zemic.encode(address, "QP", b"\x06\x00")
    return (
        _step(
            question, zemic.take, lambda f: f.addr == address | 0x80 and f.cmd == "QP", guess, 64
        ),
    )


OSDP_ID = 0x61  # SIA OSDP 2.2, 6.2: who are you; allowed in clear, and it changes nothing


def _osdp(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="osdp", device="osdp", confidence=0.97, address=address)
    question = osdp.closed(osdp.header(address, 0, b"", 2) + bytes((OSDP_ID, 0)))
    return (_step(question, osdp.take, lambda f: f.reply and f.addr == address, guess, 24),)


def _yaohua_cmd(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="yaohua_cmd", device="yaohua-cmd", confidence=0.95, address=address)
    letter = chr(LETTER + address)

    def wanted(frame: yaohua_cmd.Frame) -> bool:
        told = isinstance(frame, yaohua_cmd.Value)
        return told and (frame.addr, frame.cmd) == (letter, yaohua_cmd.GROSS)

    question = yaohua_cmd.encode(letter, yaohua_cmd.GROSS)
    return (_step(question, yaohua_cmd.take, wanted, guess),)


def _newland(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(
        protocol="newland", device="scan-line", confidence=0.95, options={"dialect": "newland"}
    )
    question = newland.encode("@", "QRYPDN")
    told = _step(question, newland.take_framed, lambda f: f.text[1:].startswith("QRYPDN"), guess)
    return _slow(told)


def _honeywell(address: int) -> tuple[Step, ...]:
    """``!``: nothing is to be kept."""
    del address
    guess = Guess(
        protocol="honeywell", device="scan-line", confidence=0.95, options={"dialect": "honeywell"}
    )
    question = honeywell.encode("232BAD?!")
    told = _step(question, honeywell.take_framed, lambda f: f.text.startswith("232BAD"), guess)
    return _slow(told)


def _mt_sics(address: int) -> tuple[Step, ...]:
    """Its serial number first (MT-SICS level 0): who knows no I4 says ES, and is one as well."""
    del address
    perhaps = Guess(
        protocol="mtsics", device=None, confidence=0.5, candidates=("mt-sics", "scan-line")
    )
    guess = Guess(protocol="mtsics", device="mt-sics", confidence=0.95)

    def serial_number(heard: bytes) -> Found[Guess] | None:
        at_ = heard.find(b'I4 A "')
        if at_ >= 0 and (end := heard.find(b"\n", at_)) >= 0:
            return Found(perhaps, at_, end + 1)
        found = search(mtsics.take, heard, lambda f: f.text in ("ES", "EL"))
        return None if found is None else Found(perhaps, found.start, found.end)

    weight = _step(
        mtsics.encode(mtsics.WEIGH_NOW), mtsics.take, lambda f: f.command == mtsics.WEIGH, guess
    )
    return _slow(Step(request=mtsics.encode("I4"), answer=serial_number), weight)


def _ups(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(protocol="megatec", device="ups-q1", confidence=0.97)
    question = megatec.encode("Q1")
    status = _step(question, megatec.take, lambda f: isinstance(f, megatec.Status), guess, 47)
    return (Step(request=question, answer=status.answer, expect=47, patience=1.0),)


def _modem(address: int) -> tuple[Step, ...]:
    """OK alone may come from an ESP8266 as well; only what is on a mobile network has a signal."""
    del address
    perhaps = Guess(protocol="at", device=None, confidence=0.5, candidates=("modem",))
    guess = Guess(protocol="at", device="modem", confidence=0.95)
    return (
        Step(request=b"AT\r", answer=_at("AT", "", perhaps), patience=0.5),
        Step(request=b"AT+CSQ\r", answer=_at("AT+CSQ", "+CSQ", guess), patience=1.0, expect=40),
    )


def _at(command: str, needs: str, guess: Guess) -> Answer[Guess]:
    look = at.answer_to(command, needs=needs)

    def answer(heard: bytes) -> Found[Guess] | None:
        found = look(heard)
        if found is None or not found.value.ok:
            return None
        return Found(guess, found.start, found.end)

    return answer


def _pms(address: int) -> tuple[Step, ...]:
    """One that was told to wait until it is asked; others do not hear this."""
    del address
    guess = Guess(protocol="pms", device="pms", confidence=0.95)
    question, look = pms.encode(0xE2), pms.answer_air()

    def answer(heard: bytes) -> Found[Guess] | None:
        found = look(heard)
        return None if found is None else Found(guess, found.start, found.end)

    return _slow(Step(request=question, answer=answer, expect=pms.MOST))


FIRMWARE = 7  # Nova laser dust sensor control protocol V1.3, 7


def _sds011(address: int) -> tuple[Step, ...]:
    """The date of its firmware: the same case, an SDS011 that waits until it is asked."""
    del address
    guess = Guess(protocol="sds011", device="sds011", confidence=0.95)
    question = sds011.encode(FIRMWARE)

    def wanted(frame: Any) -> bool:  # noqa: ANN401  # one of several frames
        return isinstance(frame, sds011.Reply) and frame.cmd == FIRMWARE

    return _slow(_step(question, sds011.take, wanted, guess))


FEW = (0, 1, 2, 3, 4)
"""Inclinometers are delivered as 0, and nobody numbers many of them."""

PROBES: tuple[Probe, ...] = (
    Probe(name="rion", protocol="rion68", steps=_rion, addresses=FEW, bauds=(9600, 2400)),
    Probe(name="bwsensing", protocol="bw77", steps=_bwsensing, addresses=FEW),
    Probe(name="bwsensing-4", protocol="bw77a4", steps=_bwsensing_4, addresses=(0, 1)),
    Probe(name="gm65", protocol="gm65", steps=_gm65, bauds=(9600, 115_200), alone=True),
    Probe(
        name="kerong-cu16",
        protocol="krcu",
        steps=_kerong_16,
        addresses=FEW[:4],
        bauds=(19_200, 9600),
    ),
    Probe(
        name="kerong-cu48",
        protocol="krcu",
        steps=_kerong_48,
        addresses=FEW[:4],
        bauds=(19_200, 9600),
    ),
    Probe(name="lock-8a", protocol="bcc8a", steps=_lock_8a, addresses=(1, 2, 3, 4)),
    Probe(name="winnsen", protocol="winnsen", steps=_winnsen, addresses=(1, 2, 3, 4)),
    Probe(name="osdp", protocol="osdp", steps=_osdp, addresses=FEW[:3], bauds=(9600, 115_200)),
    Probe(name="zemic", protocol="zemic", steps=_zemic, addresses=(1, 2)),
    Probe(
        name="yaohua-cmd",
        protocol="yaohua_cmd",
        steps=_yaohua_cmd,
        addresses=(1, 2, 3, 4),
        bauds=(9600, 4800),
    ),
    Probe(name="pms", protocol="pms", steps=_pms, alone=True),
    Probe(name="sds011", protocol="sds011", steps=_sds011, alone=True),
    Probe(name="newland", protocol="newland", steps=_newland, bauds=(9600, 115_200), alone=True),
    Probe(
        name="honeywell", protocol="honeywell", steps=_honeywell, bauds=(9600, 115_200), alone=True
    ),
    Probe(name="ups-q1", protocol="megatec", steps=_ups, bauds=(2400,), alone=True),
    Probe(name="mt-sics", protocol="mtsics", steps=_mt_sics),
    Probe(name="modem", protocol="at", steps=_modem, bauds=(115_200, 9600), alone=True),
)
