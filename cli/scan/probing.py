"""Asking on one wire at one setting, in the safe order, until it is known who is there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.drivers.probes import modbus as known
from agent.drivers.probes.asked import PROBES
from agent.drivers.probes.ears import Ears, Sighting
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.heard import TALKERS
from agent.drivers.probes.step import Probe
from cli.scan import modbus
from cli.scan.asking import Questions, asker
from cli.scan.listening import Setting

_UNASKED = {name for name, talker in TALKERS.items() if not talker.asked} - {
    each.protocol for each in PROBES
}

ECHOES = 2
"""Questions that came back in full: an answer never looks like that twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the caller wants: addresses of Modbus, and whether the pair has one device only."""

    addresses: tuple[int, ...] = known.USUAL
    one_device: bool = False


async def hears_itself(port: str, setting: Setting) -> bool:
    """Whether the adapter repeats what is sent, asked twice; who answers does not matter."""
    async with asker(port, setting, Ears()) as wire:
        for address in known.DELIVERED[:ECHOES]:
            question = known.PRESENCE.question(address)
            await wire.ask(question, lambda _: None, expect=7, patience=modbus.SHORT_S)
        return wire.echoes == ECHOES


async def probe(
    port: str, setting: Setting, ears: Ears, wish: Wish, *, echo: bool
) -> list[Sighting]:
    """Who answered; who talks by himself meanwhile is in ``ears``.  LinkDown."""
    async with asker(port, setting, ears, echo=echo) as wire:
        found = list[Sighting]()
        if setting.baud in known.BAUDS:
            found += await modbus.look_for(wire, wish.addresses, one_device=wish.one_device)
        for each in PROBES:
            if setting.baud not in each.bauds or (each.alone and found) or talks(ears):
                continue
            answered = await look_for(wire, each)
            found += answered
            if answered and each.alone:
                break
        return found


def talks(ears: Ears) -> list[Sighting]:
    """Of what is heard between questions, what cannot be a late answer to one of them."""
    return [told for told in ears.sightings() if told.guess.protocol in _UNASKED]


async def look_for(wire: Questions, each: Probe) -> list[Sighting]:
    """All of them, at every address where they may be."""
    found = list[Sighting]()
    for address in each.addresses:
        for _ in range(each.tries):
            told = await _answered(wire, each, address)
            if told is not None:
                found.append(told)
                break
    return found


async def _answered(wire: Questions, each: Probe, address: int) -> Sighting | None:
    """What the last answered step says; a device that then fell silent is not named."""
    guess, evidence, steps = None, b"", each.steps(address)
    for number, step in enumerate(steps, 1):
        told: Guess | None = await wire.ask(
            step.request, step.answer, expect=step.expect, patience=step.patience
        )
        if told is None:
            break
        guess, evidence = told, wire.evidence
        if number < len(steps) and told.device is not None:
            guess = _unsure(told, told.device)
    return None if guess is None else Sighting(guess, evidence)


def _unsure(guess: Guess, device: str) -> Guess:
    return replace(guess, device=None, candidates=(device,), confidence=guess.confidence / 2)


def settings_for(probes: Sequence[Probe] = PROBES) -> tuple[Setting, ...]:
    """Baud rates at which anything can be asked, the likeliest first."""
    bauds = dict.fromkeys((*known.BAUDS, *(baud for each in probes for baud in each.bauds)))
    return tuple(Setting(baud) for baud in bauds)
