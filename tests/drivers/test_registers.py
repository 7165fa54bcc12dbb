"""The box's Modbus against the simulated slave, which shares no code with it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from agent.drivers import registers
from agent.drivers.base import Refused
from agent.drivers.codecs.modbus import read
from agent.drivers.codecs.modbus_frames import READ_INPUT_REGISTERS, READ_INPUTS
from agent.line.asking import Asks, NoAnswer
from hwsim.devices.modbus import BUSY, Refuses, Slave, crc
from hwsim.stand import Stand
from tests.drivers.slaves import Here, Wire


class Board(Slave):
    """Sixteen coils, of which the last is busy; eleven inputs; words."""

    knows = frozenset((1, 2, 3, 4, 5, 6, 15, 16))

    def __init__(self, stand: Here) -> None:
        super().__init__(cast("Stand", stand), 0.01)
        self.raw = dict.fromkeys(range(16), 0)
        self.words = dict.fromkeys(range(0x50, 0x60), 0)

    def coils(self) -> Mapping[int, bool]:
        return {coil: bool(value) for coil, value in self.raw.items()}

    def inputs(self) -> Mapping[int, bool]:
        return {n: n % 3 == 0 for n in range(11)}

    def registers(self) -> Mapping[int, int]:
        return self.words

    def input_registers(self) -> Mapping[int, int]:
        return {0: 0xFFFE, 1: 7}

    def write_coil(self, coil: int, value: int) -> bool:
        if coil == 15:
            raise Refuses(BUSY)
        known = coil in self.raw
        self.raw |= {coil: value} if known else {}
        return known

    def write(self, register: int, value: int) -> bool:
        known = register in self.words
        self.words |= {register: value} if known else {}
        return known


@pytest.fixture(params=[1, 5, 256], ids=["byte by byte", "in fives", "whole"])
def board(request: pytest.FixtureRequest) -> tuple[Board, Asks, Here]:
    stand = Here()
    slave = Board(stand)
    return slave, Wire(slave, stand, chop=request.param), stand


Setting = tuple[Board, Asks, Here]


async def test_registers_of_both_kinds(board: Setting) -> None:
    slave, line, _ = board
    slave.words |= {0x50: 1, 0x51: 0x86A0}
    assert await registers.read_registers(line, 7, 0x50, 2) == (1, 0x86A0)
    assert await registers.read_registers(line, 7, 0, 2, READ_INPUT_REGISTERS) == (0xFFFE, 7)


async def test_bits_of_both_kinds(board: Setting) -> None:
    slave, line, _ = board
    slave.raw |= {0: 0xFF00, 9: 0xFF00}
    told = await registers.read_bits(line, 7, 0, 10)
    assert told == (True, *[False] * 8, True)
    assert await registers.read_bits(line, 7, 1, 9, READ_INPUTS) == tuple(
        n % 3 == 0 for n in range(1, 10)
    )


async def test_a_coil_gets_the_word_that_was_sent(board: Setting) -> None:
    slave, line, stand = board
    await registers.write_coil(line, 7, 3, registers.COIL_ON)
    await registers.write_coil(line, 7, 4, 0xF100)  # an alarm tower blinks
    assert (slave.raw[3], slave.raw[4]) == (0xFF00, 0xF100)
    assert [line["values"] for line in stand.truth] == [[0xFF00], [0xF100]]


async def test_coils_in_a_row(board: Setting) -> None:
    slave, line, _ = board
    states = (True, False, True, True, False, False, False, False, True, True)
    await registers.write_coils(line, 7, 2, states)
    assert await registers.read_bits(line, 7, 2, 10) == states
    assert set(slave.raw.values()) == {0, 0xFF00}


async def test_registers_one_and_many(board: Setting) -> None:
    slave, line, stand = board
    await registers.write_register(line, 7, 0x5E, 1)
    await registers.write_registers(line, 7, 0x54, (0x7FFF, 0xFFFF))
    assert (slave.words[0x5E], slave.words[0x54], slave.words[0x55]) == (1, 0x7FFF, 0xFFFF)
    assert stand.truth[0] == {"what": "write", "register": 0x5E, "value": 1}
    assert stand.truth[1]["start"] == 0x54


@pytest.mark.parametrize(
    ("call", "args", "code"),
    [
        ("read_registers", (0x5F, 2), 2),
        ("read_bits", (10, 9), 2),
        ("write_register", (0x70, 1), 2),
        ("write_registers", (0x5F, (1, 2)), 2),
        ("write_coil", (16, 0), 2),
        ("write_coils", (14, (True, True)), 6),
        ("write_coil", (15, 0), 6),
    ],
)
async def test_what_the_device_refuses_is_refused(
    board: Setting, call: str, args: Sequence[Any], code: int
) -> None:
    _, line, _ = board
    with pytest.raises(Refused, match=f"exception {code}:.*[一-鿿]"):
        await getattr(registers, call)(line, 7, *args)


async def test_what_it_does_not_know_is_no_function_of_it(board: Setting) -> None:
    slave, line, _ = board
    slave.knows = frozenset((1,))
    with pytest.raises(Refused, match="exception 1:"):
        await registers.write_coils(line, 7, 0, (True,))


@pytest.mark.parametrize("call", ["read_registers", "read_bits"])
async def test_another_address_is_silent(board: Setting, call: str) -> None:
    _, line, _ = board
    with pytest.raises(NoAnswer):
        await getattr(registers, call)(line, 8, 0, 1)


async def test_a_confirmation_of_something_else_is_none() -> None:
    """The echo must say the register and the value; another count or coil is not it."""
    stand = Here()

    class Liar(Board):
        def _answer(self, body: bytes, meaning: Mapping[str, object]) -> None:
            super()._answer(body[:-1] + bytes((body[-1] ^ 1,)), meaning)

    line = Wire(Liar(stand), stand)
    for call in (
        registers.write_coil(line, 7, 0, 0xFF00),
        registers.write_register(line, 7, 0x50, 1),
        registers.write_registers(line, 7, 0x50, (1, 2)),
        registers.write_coils(line, 7, 0, (True, False)),
    ):
        with pytest.raises(NoAnswer):
            await call


def test_a_broken_request_is_not_answered_and_the_next_one_is() -> None:
    stand = Here()
    slave = Board(stand)
    good = read(7, 3, 0x50, 1)
    slave.heard(good[:-1] + bytes((good[-1] ^ 0x10,)) + b"\x07\x10\x00" + good, 5)
    assert stand.said == b"\x07\x03\x02\x00\x00" + crc(b"\x07\x03\x02\x00\x00")
