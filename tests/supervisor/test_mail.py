"""What core and worker write to each other arrives as it was meant, and noise is refused."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.messages import Event, Message, Reading
from agent.model.time import Stamp
from agent.supervisor import mail
from agent.supervisor.mail import BadMail
from agent.supervisor.state import BusState, DeviceState
from tests.model.messages import commands, events, ids, messages, names, readings, stamps

counts = st.integers(0, 2**53)
nanos = st.integers(0, 4 * 10**18)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def _sent(message: Message) -> Message:
    return mail.unpack(mail.read(mail.write("msg", id=1, **mail.pack(message))))


@given(messages)
def test_a_message_arrives_whole(message: Message) -> None:
    assert _sent(message) == message


@given(events, st.binary(max_size=40))
def test_what_was_shown_to_a_reader_crosses_and_is_nowhere_else(event: Event, raw: bytes) -> None:
    shown = replace(event, raw=raw)
    arrived = _sent(shown)
    assert isinstance(arrived, Event)
    assert arrived.raw == raw  # equality of events leaves it out
    assert arrived == shown


@given(readings, st.sampled_from([math.inf, -math.inf, math.nan]))
def test_a_value_that_is_no_number_crosses_too(reading: Reading, value: float) -> None:
    arrived = _sent(replace(reading, value=value))
    assert isinstance(arrived, Reading)
    assert str(arrived.value) == str(value)
    assert replace(arrived, value=0.0) == replace(reading, value=0.0)


@given(readings, nanos)
def test_time_is_not_rounded(reading: Reading, utc_ns: int) -> None:
    at = replace(reading.at, utc_ns=utc_ns)
    assert _sent(replace(reading, at=at)).at == at


@given(messages)
def test_only_a_command_is_a_command(message: Message) -> None:
    letter = mail.read(mail.write("act", **mail.pack(message)))
    if isinstance(message, Reading | Event):
        with pytest.raises(BadMail):
            mail.unpack_command(letter)
    else:
        assert mail.unpack_command(letter) == message


@given(commands, st.data())
def test_a_message_with_a_field_missing_is_refused_or_read(message: Message, data: Any) -> None:  # noqa: ANN401
    letter = json.loads(mail.write("msg", **mail.pack(message)))
    letter["m"].pop(data.draw(st.sampled_from(sorted(letter["m"]))))
    try:
        mail.unpack(letter)
    except BadMail:
        return


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_noise_is_no_letter(frame: bytes) -> None:
    try:
        letter = mail.read(frame)
    except BadMail:
        return
    assert isinstance(letter["t"], str)


@given(st.dictionaries(st.sampled_from(["m", "utc_ns", "raw"]), json_values))
def test_a_letter_of_noise_holds_no_message(letter: dict[str, Any]) -> None:
    with pytest.raises(BadMail):
        mail.unpack(letter)


@given(st.dictionaries(st.sampled_from(["up", "tried", "opened", "line", "devices"]), json_values))
def test_a_state_of_noise_is_refused_or_read(packed: dict[str, Any]) -> None:
    base = BusState(bus="bus-1", port="/dev/ttyS1")
    try:
        state = mail.unpack_state(packed, base)
    except BadMail:
        return
    assert (state.bus, state.port) == (base.bus, base.port)


def test_what_json_cannot_say_is_not_written() -> None:
    with pytest.raises(TypeError):
        mail.write("msg", m=object())


devices = st.builds(
    DeviceState,
    device=ids,
    driver=ids,
    last_heard=st.none() | stamps,
    readings=counts,
    events=counts,
    polls=counts,
    misses=counts,
    refusals=counts,
    broke=counts,
)


@st.composite
def known_devices(draw: st.DrawFn) -> DeviceState:
    """With last values; a state tells them without their point."""
    device = draw(devices)
    last = [
        replace(each, device=device.device, point=None)
        for each in draw(st.lists(readings, max_size=4))
    ]
    return replace(device, last={each.quantity: each for each in last})


states = st.builds(
    BusState,
    bus=ids,
    port=names,
    up=st.booleans(),
    tried=st.booleans(),
    opened=counts,
    line=st.dictionaries(names, counts, max_size=4),
    devices=st.lists(known_devices(), max_size=3).map(tuple),
)


@given(states)
def test_a_state_arrives_on_top_of_what_the_core_knows(state: BusState) -> None:
    base = BusState(bus=state.bus, port=state.port, isolated=True, restarts=3, stirred=9.5)
    letter = mail.read(mail.write("beat", lag=0.0, state=mail.pack_state(state)))
    arrived = mail.unpack_state(letter["state"], base)
    assert arrived == replace(state, isolated=True, restarts=3, stirred=9.5)


def test_a_reading_without_a_time_is_no_last_value() -> None:
    at = Stamp("boot", 1)
    last = {"weight": Reading(device="d", at=at, quantity="weight", value=1)}
    state = BusState(bus="b", port="p", devices=(DeviceState(device="d", driver="x", last=last),))
    packed = mail.pack_state(state)
    told: Any = json.loads(json.dumps(packed))
    told["devices"][0]["last"][0][3] = None
    with pytest.raises(BadMail):
        mail.unpack_state(told, state)
