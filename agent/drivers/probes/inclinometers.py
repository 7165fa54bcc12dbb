"""RION and BWSENSING: command 04 reads all axes.  Command 05, a new zero, is never sent."""

from agent.drivers.codecs import bcd_tilt, bw77, bw77a4, rion68
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.step import Step, step


def rion(address: int) -> tuple[Step, ...]:
    guess = Guess(protocol="rion68", device="rion", confidence=0.95, address=address)
    return (step(rion68.question(address), rion68.take, lambda f: _of(f, address), guess),)


def bwsensing(address: int) -> tuple[Step, ...]:
    guess = _bwsensing("bw77", address, 2)
    return (step(bw77.question(address), bw77.take, lambda f: _of(f, address), guess),)


def bwsensing_4(address: int) -> tuple[Step, ...]:
    guess = _bwsensing("bw77a4", address, 4)
    return (step(bw77a4.question(address), bw77a4.take, lambda f: _of(f, address), guess),)


def _bwsensing(protocol: str, address: int, size: int) -> Guess:
    return Guess(
        protocol=protocol,
        device="bwsensing",
        confidence=0.95,
        address=address,
        options={"address_bytes": size},
    )


def _of(frame: bcd_tilt.Frame, address: int) -> bool:
    return int.from_bytes(frame.address) == address and frame.command == bcd_tilt.ANGLES
