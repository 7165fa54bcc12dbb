"""Who a Modbus device is, by the registers it has, the ones it refuses and the values in them.

A name is given only where the values themselves bear it out: gravity is one g, a net weight is
gross less tare, a level of noise moves.  A board that repeats any register, or one register alone
at 0, could be a dozen devices, and is left to the person who stands before it.
"""

from collections.abc import Callable, Sequence
from math import hypot

from agent.drivers.air.fields import Field
from agent.drivers.air.maps import NAMES, Name, shipped
from agent.drivers.codecs.modbus_frames import READ_INPUT_REGISTERS, READ_REGISTERS
from agent.drivers.probes.guess import Guess
from agent.drivers.probes.heard import MODBUS
from agent.drivers.probes.modbus import (
    COILS,
    FAMILY,
    FIRST_INPUT,
    GRAVITY,
    INPUTS,
    LASER,
    NONSENSE,
    PRESENCE,
    RENKE,
    TILT,
    WEIGHER,
    Look,
    Seen,
)
from agent.model.messages import Quality

NO_FUNCTION, NO_REGISTER = 1, 2  # exception codes, Modbus application protocol V1.1b3, 7
SECOND = Look(READ_REGISTERS, 1)
G = 32768 / 16  # WitMotion: full scale is 16 g
STILL = (0.9, 1.1)  # g; nothing that a community owns accelerates
FAR_MM = 20_000  # beyond any of the WT53R's
LOUD = (300, 1300)  # tenths of dB(A): what these transmitters can tell
PERHAPS_LOUD = (200, 1400)
MOST_BAUD_CODE = 9  # of register 07D1

NAMED = (
    *("wit-tilt-485", "weigher-modbus", "laser-crack", "modbus-relay", "modbus-inputs"),
    *("noise-485", "modbus-sensor"),
)
"""Drivers whose devices can be known by their registers."""

_Rule = Callable[[Seen, Sequence[int]], Guess | None]


def judge(address: int, seen: Seen, later: Sequence[int] = ()) -> Guess:
    """``later``: register 0 again, a second apart each, where the device has it."""
    told = next((found for rule in _RULES if (found := rule(seen, later))), None)
    guess = told or _unknown(seen)
    return Guess(
        protocol="modbus",
        device=guess.device,
        confidence=guess.confidence,
        address=address,
        candidates=guess.candidates,
        options=guess.options,
        zh=guess.zh,
        en=guess.en,
    )


def wants_later(seen: Seen) -> bool:
    """Whether it may be a transmitter of noise, so that its value is worth more looks."""
    return _is_noisy(seen, LOUD) and seen.has(RENKE)


def _named(device: str, confidence: float, *candidates: str, **options: object) -> Guess:
    return Guess(
        protocol="modbus",
        device=device,
        confidence=confidence,
        candidates=candidates,
        options=options,
    )


def _tilt(seen: Seen, later: Sequence[int]) -> Guess | None:
    del later
    if not seen.has(GRAVITY, TILT):
        return None
    pull = hypot(*(_signed(word) / G for word in seen.words[GRAVITY]))
    return _named("wit-tilt-485", 0.95) if STILL[0] <= pull <= STILL[1] else None


def _weigher(seen: Seen, later: Sequence[int]) -> Guess | None:
    del later
    if not seen.has(*WEIGHER) or seen.has(NONSENSE):
        return None
    gross, net, tare = (_signed_pair(seen.words[look]) for look in WEIGHER[1:])
    return _named("weigher-modbus", 0.93) if gross - tare == net else None


def _laser(seen: Seen, later: Sequence[int]) -> Guess | None:
    del later
    alone = _registers(seen) == {(READ_REGISTERS, LASER.start)}
    near = (seen.word(LASER) or 0) <= FAR_MM
    return _named("laser-crack", 0.8, "modbus-sensor") if alone and near else None


def _board(seen: Seen, later: Sequence[int]) -> Guess | None:
    """Coils are relays, or contacts in some; a board with both has coils *and* inputs."""
    del later
    if _registers(seen) or not (seen.has(COILS) or seen.has(INPUTS)):
        return None
    if not seen.has(COILS):
        return _named("modbus-inputs", 0.85, "modbus-relay")
    if seen.has(INPUTS) or seen.refused.get(INPUTS) == NO_REGISTER:
        return _named("modbus-relay", 0.85, "modbus-inputs")
    return Guess(
        protocol="modbus",
        device=None,
        confidence=0.6,
        candidates=("modbus-relay", "modbus-inputs"),
        zh="线圈可能是继电器，也可能是输入；看板子丝印",
        en="its coils may be relays or contacts: read what is printed on the board",
    )


def _noise(seen: Seen, later: Sequence[int]) -> Guess | None:
    """Of the Renke and JXBS family; a total of rain or an address does not move by itself."""
    if not wants_later(seen) or _registers(seen) - _FAMILY != {(READ_REGISTERS, 0)}:
        return None
    moves = len({seen.word(PRESENCE), *later}) > 1
    loud = all(LOUD[0] <= word <= LOUD[1] for word in later)
    return _named("noise-485", 0.75, "modbus-sensor") if moves and loud else None


def _mapped(seen: Seen, later: Sequence[int]) -> Guess | None:
    """A map that explains every register that was answered: some, and not just the first two."""
    del later
    fits = tuple(name for name in _fitting(seen) if len(shipped(name).fields) > 1)
    if not fits or seen.has(NONSENSE) or {at for _, at in _registers(seen) - _FAMILY} <= {0, 1}:
        return None
    if len(fits) == 1:
        return _named("modbus-sensor", 0.85, map=fits[0])
    return Guess(
        protocol="modbus",
        device="modbus-sensor",
        confidence=0.8,
        options={"map": fits},
        zh="几种型号寄存器相同、倍率不同：对照一次实际读数再选",
        en="several models have these registers and other scales: compare one reading, then choose",
    )


_RULES: tuple[_Rule, ...] = (_tilt, _weigher, _laser, _board, _noise, _mapped)


def _unknown(seen: Seen) -> Guess:
    registers = _registers(seen) - _FAMILY
    if seen.has(NONSENSE):
        return _several(MODBUS, 0.2, "它对任何寄存器都有应答", "it answers for any register")
    if not seen.words and set(seen.refused.values()) == {NO_FUNCTION}:
        zh = "只接受控制指令，无法读取：警示灯或继电器"
        return _several(
            ("alarm-tower", "modbus-relay"), 0.5, zh, "it takes orders only: a tower or relays"
        )
    if registers and {at for _, at in registers} <= {0, 1}:
        return _first_registers(seen)
    if not registers:
        return _several(MODBUS, 0.2, "没有认识的寄存器", "it has none of the registers we know")
    return _one_register(seen)


def _first_registers(seen: Seen) -> Guess:
    noisy = ("noise-485",) if _is_noisy(seen, PERHAPS_LOUD) else ()
    fits = _fitting(seen)
    return Guess(
        protocol="modbus",
        device=None,
        confidence=0.3,
        candidates=("rain-gauge", "modbus-sensor", *noisy, "modbus-inputs"),
        options={"map": fits} if fits else {},
        zh="许多设备都只用前两个寄存器：看铭牌",
        en="many devices have just these registers: read its label",
    )


_OWN = {"sound_level": "noise-485", "rain": "rain-gauge"}
"""Quantities that have a driver of their own beside the one that reads any register."""


def _one_register(seen: Seen) -> Guess:
    """What a map has at this register may be what it is: one number does not prove it."""
    fits = _fitting(seen)
    measured = [field.quantity for name in fits for field in shipped(name).fields]
    own = dict.fromkeys(_OWN[quantity] for quantity in measured if quantity in _OWN)
    return Guess(
        protocol="modbus",
        device=None,
        confidence=0.5 if fits else 0.3,
        candidates=("modbus-sensor", *own),
        options={"map": fits} if fits else {},
        zh="按说明书核对寄存器",
        en="compare its registers with its manual",
    )


def _several(candidates: tuple[str, ...], confidence: float, zh: str, en: str) -> Guess:
    return Guess(
        protocol="modbus",
        device=None,
        confidence=confidence,
        candidates=candidates,
        zh=zh,
        en=en,
    )


_FAMILY = {(READ_REGISTERS, FAMILY), (READ_REGISTERS, FAMILY + 1)}


def _registers(seen: Seen) -> set[tuple[int, int]]:
    """All that was answered, function and number."""
    kinds = (READ_REGISTERS, READ_INPUT_REGISTERS)
    looks = [look for look in seen.words if look.function in kinds]
    return {(look.function, look.start + n) for look in looks for n in range(look.count)}


def _fitting(seen: Seen) -> tuple[Name, ...]:
    found = _registers(seen) - _FAMILY - {(READ_INPUT_REGISTERS, FIRST_INPUT.start)}
    return tuple(name for name in NAMES if _fits(shipped(name).fields, seen, found))


def _fits(fields: Sequence[Field], seen: Seen, found: set[tuple[int, int]]) -> bool:
    spans = [field.span for field in fields]
    own = {(span.function, at) for span in spans for at in span.registers}
    return own == found and all(_is_good(field, seen) for field in fields)


def _is_good(field: Field, seen: Seen) -> bool:
    span = field.span
    look = Look(span.function, span.start, span.count)
    if look not in seen.words:
        return False
    numbered = zip(span.registers, seen.words[look], strict=True)
    words = {(span.function, at): word for at, word in numbered}
    return field.value(words)[1] is Quality.GOOD


def _is_noisy(seen: Seen, bounds: tuple[int, int]) -> bool:
    word = seen.word(PRESENCE)
    if word is None or seen.has(SECOND) or not bounds[0] <= word <= bounds[1]:
        return False
    family = seen.words.get(RENKE)
    return family is None or family[1] <= MOST_BAUD_CODE


def _signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word


def _signed_pair(pair: Sequence[int]) -> int:
    whole = pair[0] << 16 | pair[1]
    return whole - (1 << 32) if whole >> 31 else whole
