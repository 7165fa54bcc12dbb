"""What tells people something, and the small UPS: a question about its state, nothing it would say.

To a UPS a line that begins with S or T is a shutdown or a test, so ``Q1`` is the only text that is
sent at its 2400 baud, and at 9600 it comes before all other text.
"""

from agent.drivers.codecs import at, megatec, onbon_k
from agent.drivers.codecs.tts import SYN6288, Status
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.step import Step, meaning, step
from agent.line.asking import Answer, Found

ACK = 0xA000  # Onbon "BX-5K/6K 通讯协议用户版本" 1.4, 7.1
STATUS = 0x21  # SYN6288E and XFS5152CE data sheets
_STATES = (bytes((Status.SPEAKING,)), bytes((Status.IDLE,)))


def ups_q1(address: int) -> tuple[Step, ...]:
    del address
    guess = Guess(protocol="megatec", device="ups-q1", confidence=0.97)

    def wanted(frame: megatec.Frame) -> bool:
        return isinstance(frame, megatec.Status)

    return (step(megatec.encode("Q1"), megatec.take, wanted, guess, 47).slow(1.0),)


def modem(address: int) -> tuple[Step, ...]:
    """OK alone may come from an ESP8266 as well; only what is on a mobile network has a signal."""
    del address
    perhaps = Guess(protocol="at", device=None, confidence=0.5, candidates=("modem",))
    guess = Guess(protocol="at", device="modem", confidence=0.95)
    there = Step(request=b"AT\r", answer=_ok("AT", "", perhaps))
    signal = Step(request=b"AT+CSQ\r", answer=_ok("AT+CSQ", "+CSQ", guess), expect=40)
    return there.slow(), signal.slow(1.0)


def _ok(command: str, needs: str, guess: Guess) -> Answer[Guess]:
    look = at.answer_to(command, needs=needs)

    def done(heard: bytes) -> Found[at.Reply] | None:
        found = look(heard)
        return found if found is not None and found.value.ok else None

    return meaning(done, guess)


def led_display(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="onbon_k", device="led-display", confidence=0.95, address=address)

    def wanted(frame: onbon_k.Frame) -> bool:
        ours = frame.sender == address and frame.to == onbon_k.HOST
        return ours and frame.code == ACK

    return (step(onbon_k.ping(address), onbon_k.take, wanted, guess, 64).slow(),)


def speech(address: int) -> tuple[Step, ...]:
    """Twice, and nothing else on the wire: its answer is a byte or two."""
    del address
    guess = Guess(
        protocol="syn6288",
        device="speech",
        confidence=0.8,
        options={"chip": ("syn6288", "xfs5152")},
        zh="看芯片丝印选 chip",
        en="read on the chip which of the two it is",
    )
    once = Step(request=SYN6288.encode(STATUS), answer=meaning(_state, guess), expect=2).slow()
    return once, once


def _state(heard: bytes) -> Found[bytes] | None:
    """41 may come before it; a SYN6288 says so, an XFS5152CE does not."""
    state = heard.removeprefix(bytes((Status.ACCEPTED,)))
    return Found(state, 0, len(heard)) if state in _STATES else None
