"""Reading registers of a Modbus device through its seat at the wire."""

from agent.drivers.base import Refused
from agent.drivers.codecs import modbus
from agent.drivers.codecs.modbus_frames import READ_REGISTERS, Reply
from agent.line.asking import Asks

_REASONS = {
    1: "it does not know the function",
    2: "it has no such register",
    3: "it refuses the count",
    4: "it has failed",
    6: "it is busy",
}
"""Exception codes, Modbus application protocol V1.1b3, chapter 7."""


async def read_registers(line: Asks, address: int, start: int, count: int) -> tuple[int, ...]:
    """``count`` holding registers (function 3), unsigned.  Refused if the device says no."""
    frame = await line.ask(
        modbus.read(address, READ_REGISTERS, start, count),
        modbus.answer_registers(address, READ_REGISTERS, count),
        expect=5 + 2 * count,
    )
    if isinstance(frame, Reply):
        return frame.regs
    code = getattr(frame, "code", 0)
    raise Refused(f"Modbus exception {code}: {_REASONS.get(code, 'its own reason')}")
