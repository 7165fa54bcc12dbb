"""Scales that speak when they are asked."""

from agent.drivers.codecs import mtsics, yaohua_cmd, zemic
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.step import Step, step
from agent.line.asking import Found

WEIGHTS = b"\x06\x00"  # of a Zemic: of all channels
ANSWERS = 0x80  # set in the address of a Zemic's answer
SERIAL_NUMBER = "I4"  # MT-SICS reference manual 11780711, level 0
ERRORS = ("ES", "EL")


def zemic_(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="zemic", device="zemic", confidence=0.95, address=address)
    question = zemic.encode(address, "QP", WEIGHTS)

    def wanted(frame: zemic.Frame) -> bool:
        return frame.addr == address | ANSWERS and frame.cmd == "QP"

    return (step(question, zemic.take, wanted, guess, 64),)


def yaohua_(address: int) -> tuple[Step, ...]:
    """The gross weight, not the hello: a hello is answered by its own repetition."""
    guess = Guess(protocol="yaohua_cmd", device="yaohua-cmd", confidence=0.95, address=address)
    letter = chr(ord("@") + address)

    def wanted(frame: yaohua_cmd.Frame) -> bool:
        told = isinstance(frame, yaohua_cmd.Value)
        return told and (frame.addr, frame.cmd) == (letter, yaohua_cmd.GROSS)

    question = yaohua_cmd.encode(letter, yaohua_cmd.GROSS)
    return (step(question, yaohua_cmd.take, wanted, guess),)


def mt_sics(address: int) -> tuple[Step, ...]:
    """Its serial number, then the weight; an ES shows a balance as well."""
    del address
    perhaps = Guess(protocol="mtsics", device=None, confidence=0.5, candidates=("mt-sics",))
    guess = Guess(protocol="mtsics", device="mt-sics", confidence=0.95)

    def known(heard: bytes) -> Found[Guess] | None:
        begins = heard.find(b'I4 A "')
        ends = heard.find(b"\n", begins)
        if begins >= 0 and ends >= 0:
            return Found(perhaps, begins, ends + 1)
        return refused.answer(heard)

    question = mtsics.encode(SERIAL_NUMBER)
    refused = step(question, mtsics.take, lambda f: f.text in ERRORS, perhaps)
    number = Step(request=question, answer=known)
    weight = mtsics.encode(mtsics.WEIGH_NOW)
    told = step(weight, mtsics.take, lambda f: f.command == mtsics.WEIGH, guess)
    return number.slow(), told.slow()
