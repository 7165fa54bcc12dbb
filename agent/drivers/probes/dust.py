"""Dust sensors that were told to wait until they are asked; the others talk, and are heard."""

from agent.drivers.codecs import pms, sds011
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.step import Step, meaning, step

REPORT = 0xE2  # PMS5003 manual, appendix; a sensor that talks by itself does not hear it
FIRMWARE = 7  # Nova laser dust sensor control protocol V1.3, 7: the date of its firmware


def pms_(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(protocol="pms", device="pms", confidence=0.95)
    answer = meaning(pms.answer_air(), guess)
    return (Step(request=pms.encode(REPORT), answer=answer, expect=pms.MOST).slow(),)


def sds011_(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(protocol="sds011", device="sds011", confidence=0.95)

    def wanted(frame: sds011.Frame) -> bool:
        return isinstance(frame, sds011.Reply) and frame.cmd == FIRMWARE

    return (step(sds011.encode(FIRMWARE), sds011.take, wanted, guess).slow(),)
