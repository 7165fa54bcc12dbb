"""Registers and coils of a Modbus device, read and written through its seat at the wire.

All of these raise Refused if the device says no, and NoAnswer if nothing fitting comes back.  A
write is *confirmed* by the device's own repetition of it; on an adapter that echoes, whose bus
does not say ``echo``, that is no proof, so an output is better read back.
"""

from agent.drivers.base import Refused
from agent.drivers.codecs import modbus
from agent.drivers.codecs.modbus_frames import (
    READ_COILS,
    READ_REGISTERS,
    WRITE_COIL,
    WRITE_COILS,
    WRITE_REGISTER,
    WRITE_REGISTERS,
    Exceptional,
    Frame,
    Reply,
)
from agent.line.asking import Answer, Asks

COIL_ON, COIL_OFF = 0xFF00, 0x0000  # Modbus application protocol V1.1b3, 6.5

_REASONS = {
    1: "it does not know the function 不支持该功能码",
    2: "it has no such register 没有该寄存器",
    3: "it refuses the value 数值不被接受",
    4: "it has failed 设备故障",
    6: "it is busy 设备忙",
}
"""Exception codes, Modbus application protocol V1.1b3, chapter 7."""


async def read_registers(
    line: Asks, address: int, start: int, count: int, function: int = READ_REGISTERS
) -> tuple[int, ...]:
    """``count`` unsigned words: holding registers (function 3) or input registers (4)."""
    request = modbus.read(address, function, start, count)
    answer = modbus.answer_registers(address, function, count)
    frame = await _ask(line, request, answer, 5 + 2 * count)
    return frame.regs if isinstance(frame, Reply) else ()


async def read_bits(
    line: Asks, address: int, start: int, count: int, function: int = READ_COILS
) -> tuple[bool, ...]:
    """``count`` coils (function 1) or discrete inputs (2), in order of their numbers."""
    request = modbus.read(address, function, start, count)
    answer = modbus.answer_bits(address, function, count)
    frame = await _ask(line, request, answer, 5 + (count + 7) // 8)
    data = frame.data if isinstance(frame, Reply) else b""
    return tuple(bool(data[at // 8] >> at % 8 & 1) for at in range(count))


async def write_register(line: Asks, address: int, register: int, value: int) -> None:
    """One register by function 6; ``value`` is the word, 0 to 65535."""
    await _write1(line, address, WRITE_REGISTER, register, value)


async def write_coil(line: Asks, address: int, coil: int, value: int) -> None:
    """One coil by function 5; ``value`` is the word: COIL_ON, COIL_OFF, or what towers add."""
    await _write1(line, address, WRITE_COIL, coil, value)


async def write_registers(line: Asks, address: int, start: int, values: tuple[int, ...]) -> None:
    """Up to 123 registers in a row by function 16."""
    request = modbus.write_registers(address, start, values)
    await _ask(line, request, modbus.answer_written(address, WRITE_REGISTERS, start, len(values)))


async def write_coils(line: Asks, address: int, start: int, states: tuple[bool, ...]) -> None:
    """Up to 1968 coils in a row by function 15."""
    request = modbus.write_coils(address, start, states)
    await _ask(line, request, modbus.answer_written(address, WRITE_COILS, start, len(states)))


async def _write1(line: Asks, address: int, function: int, at: int, value: int) -> None:
    request = modbus.write1(address, function, at, value)
    await _ask(line, request, modbus.answer_write1(address, function, at, value))


async def _ask(line: Asks, request: bytes, answer: Answer[Frame], expect: int = 8) -> Frame:
    frame = await line.ask(request, answer, expect=expect)
    if isinstance(frame, Exceptional):
        reason = _REASONS.get(frame.code, "its own reason 其他原因")
        raise Refused(f"Modbus exception {frame.code}: {reason}")
    return frame
