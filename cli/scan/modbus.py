"""Finding Modbus devices on a pair, and looking at each closely enough to know it."""

from collections.abc import Sequence

from agent.drivers.codecs.modbus_frames import READ_REGISTERS, Exceptional
from agent.drivers.probes.ears import Sighting
from agent.drivers.probes.modbus import (
    ANYBODY,
    DELIVERED,
    FAMILY,
    LOOKS,
    MOST_ADDRESS,
    PRESENCE,
    Look,
    Seen,
    anyone,
    words,
)
from agent.drivers.probes.modbus_judge import judge, wants_later
from cli.scan.asking import Questions

LONG_S, SHORT_S = 0.6, 0.15
"""Cheap transmitters take half a second.  Where nobody is expected the next question comes sooner,
and an answer to the one before counts as well."""

LOOK_S = 0.5
SILENT = 6  # so many looks without an answer in a row: it is gone
NEW_VALUE_S, LATER = 1.1, 3


async def look_for(
    wire: Questions, addresses: Sequence[int], *, one_device: bool
) -> list[Sighting]:
    found = await _sweep(wire, addresses)
    if one_device:
        found |= await _whoever(wire)
    return [await _known(wire, address) for address in sorted(found)]


async def _sweep(wire: Questions, addresses: Sequence[int]) -> set[int]:
    found = set[int]()
    for address in addresses:
        patience = LONG_S if address in DELIVERED else SHORT_S
        answered = await _present(wire, address, patience)
        if answered not in (None, address):  # a slow neighbour: now for the one that was asked
            found |= {answered} if answered else set()
            answered = await _present(wire, address, patience)
        found |= {answered} if answered else set()
    late = anyone(wire.noise)
    found |= {late.value} if late else set()
    return {address for address in found if 1 <= address <= MOST_ADDRESS}


async def _present(wire: Questions, address: int, patience: float) -> int | None:
    question = PRESENCE.question(address)
    return await wire.ask(question, anyone, expect=PRESENCE.expect, patience=patience)


async def _whoever(wire: Questions) -> set[int]:
    """Renke's and JXBS's devices hear FF, all at once: only where one device hangs on the pair."""
    look = Look(READ_REGISTERS, FAMILY)
    frame = await wire.ask(
        look.question(ANYBODY), look.answer(ANYBODY), expect=look.expect, patience=LONG_S
    )
    address = words(look, frame)[0] if frame is not None and words(look, frame) else 0
    return {address} if 1 <= address <= MOST_ADDRESS else set()


async def _known(wire: Questions, address: int) -> Sighting:
    seen, evidence = await _look(wire, address)
    later = list[int]()
    if wants_later(seen):
        later = [word for _ in range(LATER) if (word := await _again(wire, address)) is not None]
    return Sighting(judge(address, seen, later), evidence)


async def _look(wire: Questions, address: int) -> tuple[Seen, bytes]:
    """``evidence`` is its first answer."""
    there, refused = dict[Look, Sequence[int]](), dict[Look, int]()
    evidence, silent = b"", 0
    for look in LOOKS:
        frame = await wire.ask(
            look.question(address), look.answer(address), expect=look.expect, patience=LOOK_S
        )
        silent = silent + 1 if frame is None else 0
        if silent == SILENT:
            break
        if isinstance(frame, Exceptional):
            refused[look] = frame.code
        elif frame is not None:
            there[look] = words(look, frame)
        if frame is not None:
            evidence = evidence or wire.evidence
    return Seen(there, refused), evidence


async def _again(wire: Questions, address: int) -> int | None:
    await wire.rest(NEW_VALUE_S)
    question, answer = PRESENCE.question(address), PRESENCE.answer(address)
    frame = await wire.ask(question, answer, expect=PRESENCE.expect, patience=LOOK_S)
    told = () if frame is None else words(PRESENCE, frame)
    return told[0] if told else None
