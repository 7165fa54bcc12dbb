"""Contacts on a Modbus board: doors, loops, beams, buttons, fire contacts, mains relays.

The box only learns of them.  An exit button is in the lock's own circuit and a fire contact in the
release's; what the board sees is a second pole beside the wire that does the work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Interval, MaxLen, MinLen

from agent.drivers.base import Model, Seat
from agent.drivers.doors.contacts import Contacts, Input
from agent.drivers.registers import read_bits, read_registers
from agent.line.asking import Asks, Manners
from agent.model.messages import Message
from agent.model.time import Now

WORD = 16  # inputs that a register holds


@dataclass(frozen=True, slots=True, kw_only=True)
class InputsOptions:
    """``function``: 2 inputs, 1 coils, 3 or 4 registers with sixteen inputs each, the first in
    bit 0.  ``start``: the number of the first input, or register.  ``closed``: the bit of a closed
    contact.  ``eights``: bits are asked for by eights, as some boards answer nothing else.
    """

    inputs: Annotated[tuple[Input, ...], MinLen(1), MaxLen(64)] = field(default=(Input(),))
    function: Literal[1, 2, 3, 4] = 2
    start: Annotated[int, Interval(ge=0, le=0xFFFF - 64)] = 0
    closed: Literal[0, 1] = 1
    eights: bool = True


class ModbusInputs:
    def __init__(self, seat: Seat) -> None:
        options = seat.options if isinstance(seat.options, InputsOptions) else InputsOptions()
        self._options, self._contacts = options, Contacts(seat, options.inputs)
        self._address = 1 if seat.address is None else seat.address

    @property
    def every(self) -> float:
        return self._contacts.every

    async def poll(self, line: Asks, now: Now) -> Iterable[Message]:
        async def look() -> Mapping[int, bool]:
            bits = await self._bits(line, self._contacts.highest)
            closed = bool(self._options.closed)
            return {channel: bit is closed for channel, bit in enumerate(bits, 1)}

        return await self._contacts.news(look, now)

    async def _bits(self, line: Asks, count: int) -> tuple[bool, ...]:
        function, start = self._options.function, self._options.start
        if function in (1, 2):
            count = eights(count) if self._options.eights else count
            return await read_bits(line, self._address, start, count, function)
        words = await read_registers(line, self._address, start, -(-count // WORD), function)
        return tuple(bool(word >> bit & 1) for word in words for bit in range(WORD))


def eights(count: int) -> int:
    """The next multiple of eight: what boards answer that answer nothing else."""
    return -(-count // 8) * 8


MODEL = Model(
    name="modbus-inputs",
    build=ModbusInputs,
    options=InputsOptions,
    zh="Modbus 开关量输入模块",
    en="contacts on a Modbus board",
    baud=9600,
    manners=Manners(patience=0.3),
    needs_address=True,
    urgent=True,
    protocol="modbus",
    tells=("input_changed",),
)
