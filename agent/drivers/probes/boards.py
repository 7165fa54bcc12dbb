"""Boards of locks, and readers of cards: how is it, and who are you; never an order.

A question to a board stands one byte from an order, so each is made by the codec of its driver,
and asked about lock 1 only.
"""

from agent.drivers.codecs import bcc8a, krcu, osdp, winnsen
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.step import Step, step

OSDP_ID = 0x61  # SIA OSDP 2.2, 6.2: who are you; allowed in clear, and it changes nothing
SENSORS_48 = 12  # bytes in which a CU48 tells its hooks and its infrared


def kerong_16(address: int) -> tuple[Step, ...]:
    question = krcu.encode(krcu.Frame(address << 4, None, krcu.READ))

    def wanted(frame: krcu.Frame) -> bool:
        ours = frame.lock is None and frame.address >> 4 == address
        return ours and frame.command == krcu.STATUS

    return (step(question, krcu.take, wanted, _kerong(address, "cu16")),)


def kerong_48(address: int) -> tuple[Step, ...]:
    question = krcu.encode(krcu.Frame(address, 0, krcu.READ_48))

    def wanted(frame: krcu.Frame) -> bool:
        tells = frame.command == krcu.TOLD_48 and len(frame.data) == SENSORS_48
        return tells and frame.address == address

    return (step(question, krcu.take, wanted, _kerong(address, "cu48")),)


def _kerong(address: int, model: str) -> Guess:
    return Guess(
        protocol="krcu",
        device="kerong",
        confidence=0.95,
        address=address,
        options={"model": model},
    )


def lock_8a(address: int) -> tuple[Step, ...]:
    """Twice: five bytes and an XOR are a weak proof."""
    guess = Guess(protocol="bcc8a", device="lock-8a", confidence=0.93, address=address)
    question = bcc8a.encode(bcc8a.READ, address, 1, bcc8a.DO_READ)

    def wanted(frame: bcc8a.Frame) -> bool:
        ours = (frame.head, frame.board, frame.lock) == (bcc8a.READ, address, 1)
        return ours and frame.code in (bcc8a.CONTACT_OPEN, bcc8a.CONTACT_CLOSED)

    once = step(question, bcc8a.take, wanted, guess, bcc8a.LENGTH)
    return once, once


def winnsen_(address: int) -> tuple[Step, ...]:
    """Twice: its frames have no check.  Some boards tell the status before the lock."""
    guess = Guess(protocol="winnsen", device="winnsen", confidence=0.9, address=address)
    question = winnsen.encode(winnsen.READ, address, 1)

    def wanted(frame: winnsen.Frame) -> bool:
        tells = frame.function == winnsen.READ | winnsen.ANSWERS
        return tells and frame.station == address and 1 in (frame.lock, frame.status)

    once = step(question, winnsen.take, wanted, guess, winnsen.MOST)
    return once, once


def osdp_(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="osdp", device="osdp", confidence=0.97, address=address)
    question = osdp.closed(osdp.header(address, 0, b"", 2) + bytes((OSDP_ID, 0)))
    return (step(question, osdp.take, lambda f: f.reply and f.addr == address, guess, 24),)
