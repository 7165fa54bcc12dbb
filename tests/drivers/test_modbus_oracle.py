"""Our Modbus against pymodbus, which others wrote: what one says, the other understands."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse, ModbusPDU
from pymodbus.pdu import bit_message as bits
from pymodbus.pdu import register_message as regs

from agent.drivers.codecs import modbus
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.codecs.modbus_frames import Exceptional, Frame, Read, Reply, Write1, WriteN, show

addresses = st.integers(1, 247)
words = st.integers(0, 0xFFFF)
HOST, DEVICE = Direction.HOST, Direction.DEVICE


def framed(pdu: ModbusPDU) -> bytes:
    return bytes(FramerRTU(DecodePDU(is_server=False)).buildFrame(pdu))


def taken(frame: bytes, direction: Direction | None) -> Frame:
    got = modbus.take(frame, direction)
    assert isinstance(got, Got)
    assert got.used == len(frame)
    return got.frame


@given(addresses, words, st.integers(1, 125))
@settings(deadline=None)
def test_questions_for_registers(address: int, start: int, count: int) -> None:
    for function, request in (
        (3, regs.ReadHoldingRegistersRequest),
        (4, regs.ReadInputRegistersRequest),
    ):
        theirs = framed(request(address=start, count=count, dev_id=address))
        assert modbus.read(address, function, start, count) == theirs
        assert taken(theirs, HOST) == Read(address, function, start, count)
        assert taken(theirs, None) == Read(address, function, start, count)


@given(addresses, words, st.integers(1, 2000))
@settings(deadline=None)
def test_questions_for_bits(address: int, start: int, count: int) -> None:
    for function, request in (
        (1, bits.ReadCoilsRequest),
        (2, bits.ReadDiscreteInputsRequest),
    ):
        theirs = framed(request(address=start, count=count, dev_id=address))
        assert modbus.read(address, function, start, count) == theirs
        assert taken(theirs, HOST) == Read(address, function, start, count)


@given(addresses, st.lists(words, min_size=1, max_size=125))
@settings(deadline=None)
def test_registers_told(address: int, values: list[int]) -> None:
    for function, response in (
        (3, regs.ReadHoldingRegistersResponse),
        (4, regs.ReadInputRegistersResponse),
    ):
        theirs = framed(response(registers=values, dev_id=address))
        frame = taken(theirs, DEVICE)
        assert isinstance(frame, Reply)
        assert (frame.addr, frame.fc, list(frame.regs)) == (address, function, values)
        found = modbus.answer_registers(address, function, len(values))(theirs)
        assert found is not None
        assert found.value == frame


@given(addresses, st.lists(st.booleans(), min_size=1, max_size=200))
@settings(deadline=None)
def test_bits_told(address: int, values: list[bool]) -> None:
    for function, response in (
        (1, bits.ReadCoilsResponse),
        (2, bits.ReadDiscreteInputsResponse),
    ):
        frame = taken(framed(response(bits=list(values), dev_id=address)), DEVICE)
        assert isinstance(frame, Reply)
        assert (frame.addr, frame.fc) == (address, function)
        told = [bool(byte >> bit & 1) for byte in frame.data for bit in range(8)]
        assert told[: len(values)] == values


@given(addresses, words, st.booleans(), words)
@settings(deadline=None)
def test_single_writes(address: int, at: int, on: bool, value: int) -> None:
    coil = bits.WriteSingleCoilRequest(address=at, bits=[on], dev_id=address)
    raw = 0xFF00 if on else 0
    assert modbus.write1(address, 5, at, raw) == framed(coil)
    assert taken(framed(coil), None) == Write1(address, 5, at, raw)
    register = regs.WriteSingleRegisterRequest(address=at, registers=[value], dev_id=address)
    assert modbus.write1(address, 6, at, value) == framed(register)
    assert taken(framed(register), None) == Write1(address, 6, at, value)


@given(addresses, words, st.lists(words, min_size=1, max_size=123))
@settings(deadline=None)
def test_writes_of_registers(address: int, start: int, values: list[int]) -> None:
    request = regs.WriteMultipleRegistersRequest(address=start, registers=values, dev_id=address)
    theirs = framed(request)
    assert modbus.write_registers(address, start, tuple(values)) == theirs
    data = b"".join(value.to_bytes(2) for value in values)
    assert taken(theirs, HOST) == WriteN(address, 16, start, len(values), data)
    response = regs.WriteMultipleRegistersResponse(address=start, count=len(values), dev_id=address)
    assert taken(framed(response), DEVICE) == WriteN(address, 16, start, len(values))


@given(addresses, words, st.lists(st.booleans(), min_size=1, max_size=200))
@settings(deadline=None)
def test_writes_of_bits(address: int, start: int, values: list[bool]) -> None:
    request = bits.WriteMultipleCoilsRequest(address=start, bits=list(values), dev_id=address)
    frame = taken(framed(request), HOST)
    assert isinstance(frame, WriteN)
    assert (frame.fc, frame.start, frame.count) == (15, start, len(values))
    assert frame.data is not None
    assert len(frame.data) == (len(values) + 7) // 8
    response = bits.WriteMultipleCoilsResponse(address=start, count=len(values), dev_id=address)
    assert taken(framed(response), DEVICE) == WriteN(address, 15, start, len(values))


@pytest.mark.parametrize("function", [1, 2, 3, 4, 5, 6, 15, 16])
@given(addresses, st.integers(1, 11))
@settings(deadline=None)
def test_refusals(function: int, address: int, code: int) -> None:
    theirs = framed(ExceptionResponse(function, code, device_id=address))
    assert taken(theirs, DEVICE) == Exceptional(address, function | 0x80, code)
    found = modbus.answer_registers(address, function, 1)(theirs)
    assert found is not None


@given(addresses, st.lists(words, min_size=1, max_size=20))
@settings(deadline=None)
def test_they_read_what_we_show(address: int, values: list[int]) -> None:
    theirs = framed(regs.ReadHoldingRegistersResponse(registers=values, dev_id=address))
    used, device, _, pdu = FramerRTU(DecodePDU(is_server=False)).decode(theirs)
    assert (used, device) == (len(theirs), address)
    shown: Mapping[str, object] = show(taken(theirs, DEVICE))
    assert shown["data"] == bytes(pdu)[2:].hex()
