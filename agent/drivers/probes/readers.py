"""Code readers that can be asked for a setting: those that cannot say nothing until they read."""

from agent.drivers.codecs import gm65, honeywell, newland
from agent.drivers.codecs.told import Told
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.step import Step, step

BAUD_ZONE = 0x2A  # GM65 user manual: two bytes, the divisor of the baud rate
PRODUCT, BAUD = "QRYPDN", "232BAD"  # Newland FM530, Honeywell N3680 user manuals


def gm65_(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(protocol="gm65", device="gm65", confidence=0.95)
    question = gm65.encode("read", BAUD_ZONE, b"\x02")

    def wanted(frame: gm65.Frame) -> bool:
        return isinstance(frame, gm65.Reply) and frame.status == 0 and len(frame.data) == 2

    return (step(question, gm65.take_framed, wanted, guess).slow(),)


def newland_(address: int) -> tuple[Step, ...]:
    del address
    question = newland.encode("@", PRODUCT)

    def wanted(frame: Told) -> bool:
        return frame.reply and frame.text[1:].startswith(PRODUCT)

    return (step(question, newland.take_framed, wanted, _dialect("newland")).slow(),)


def honeywell_(address: int) -> tuple[Step, ...]:
    """With ``!`` behind it: nothing is to be kept."""
    del address
    question = honeywell.encode(f"{BAUD}?!")

    def wanted(frame: Told) -> bool:
        return frame.reply and frame.text.startswith(BAUD)

    return (step(question, honeywell.take_framed, wanted, _dialect("honeywell")).slow(),)


def _dialect(name: str) -> Guess:
    return Guess(protocol=name, device="scan-line", confidence=0.95, options={"dialect": name})
