"""What holds for every line of the register, whatever device it is."""

import dataclasses
import inspect
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.drivers.base import Acts, Listens, Model, Polls, Refused, Seat, Sights, Talks
from agent.drivers.codecs import bthome, ibeacon, mibeacon, ruuvi
from agent.drivers.codecs.register import PROTOCOLS
from agent.drivers.register import REGISTER
from agent.line.asking import Answer, NoAnswer, T
from agent.line.radio import Advert
from agent.model.kinds import KINDS
from agent.model.messages import Event, Message, Reading
from agent.model.places import ID
from agent.model.quantities import QUANTITIES
from agent.model.time import Stamp
from hwsim.devices.register import SIMS
from tests.drivers.aerial import build_for, build_radio, told_of
from tests.drivers.vectors import cases
from tests.drivers.wires import AT, Script, build, command, now

HOME = Path(__file__).resolve().parents[2]
ALL = sorted(REGISTER.values(), key=lambda model: model.name)
MODELS = [model for model in ALL if not model.radio]
AIRY = [model for model in ALL if model.radio]
LATER = replace(AT, mono_ns=AT.mono_ns + 1_200_000_000)
"""Some drivers tell the mean of a second."""

SIMULATED = {"wit-tilt-485": "wit_tilt", "ble-battery": "battery_service"}
"""Simulators with another name than their driver's."""
SERVICES = (bthome.SERVICE, mibeacon.SERVICE, *mibeacon.OTHERS)
COMPANIES = (ruuvi.COMPANY, ibeacon.COMPANY)
SPEAKS_IN_TIME = {"open-lock", "wit-ble"}
"""A conversation, and means over seconds: tests/drivers/radio."""

every = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
airy = pytest.mark.parametrize("model", AIRY, ids=lambda model: model.name)
of_all = pytest.mark.parametrize("model", ALL, ids=lambda model: model.name)


class Babble:
    """A wire that answers each question with the same bytes."""

    def __init__(self, says: bytes) -> None:
        self._says = says

    async def ask(
        self, request: bytes, answer: Answer[T], *, expect: int = 16, patience: float | None = None
    ) -> T:
        assert request
        assert expect
        assert patience is None or patience > 0
        found = answer(self._says)
        if found is None:
            raise NoAnswer
        return found.value

    async def tell(self, request: bytes) -> None:
        assert request


def sane(model: Model, message: Message, at: Stamp) -> None:
    """Names, moment and values as the tables of words allow them."""
    assert isinstance(message, Reading | Event)
    assert (message.device, message.point, message.at) == ("dev", "here", at)
    if isinstance(message, Event):
        assert message.kind in model.tells
        assert set(message.data) == set(KINDS[message.kind].data.split())
        assert message.by is None
    else:
        assert message.quantity in model.measures
        assert message.value == message.value  # no NaN


def test_the_eight_of_the_first_box_are_there() -> None:
    assert set(REGISTER) >= {
        "yaohua", "scale-line", "noise-485", "wit-tilt-485", "gm65", "lock-8a", "lcus", "jsonl"
    }  # fmt: skip


@of_all
def test_it_is_named_in_one_way_everywhere(model: Model) -> None:
    assert REGISTER[model.name] is model
    assert ID.match(model.name)
    assert model.zh
    assert model.en
    assert (HOME / "docs" / "devices" / f"{model.name}.md").is_file()
    assert any(case.folder == model.name for case in cases())
    assert SIMULATED.get(model.name, model.name.replace("-", "_")) in SIMS


@of_all
def test_its_options_are_frozen_and_have_defaults(model: Model) -> None:
    assert dataclasses.is_dataclass(model.options)
    assert model.options() == model.options()
    for field in dataclasses.fields(model.options):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(model.options(), field.name, None)
    hints = get_type_hints(model.options, include_extras=True)
    unbounded = {int, float, str}
    assert not [name for name, hint in hints.items() if hint in unbounded], "give bounds"
    assert all(get_args(hint) for hint in hints.values() if hint is not bool)


@of_all
def test_the_register_says_what_it_can_do(model: Model) -> None:
    assert model.protocol in PROTOCOLS
    assert model.measures or model.tells or model.does
    assert set(model.measures) <= set(QUANTITIES)
    assert set(model.tells) <= set(KINDS)
    driver = model.build(Seat(device="dev", address=1, options=model.options()))
    assert bool(model.does) == isinstance(driver, Acts)


@every
def test_it_has_a_verb(model: Model) -> None:
    driver = model.build(Seat(device="dev", address=1, options=model.options()))
    assert isinstance(driver, Listens | Polls | Acts)
    if isinstance(driver, Polls):
        assert driver.every >= 1.0
        assert inspect.iscoroutinefunction(driver.poll)
    if isinstance(driver, Talks):
        assert isinstance(driver, Listens)
        assert driver.silence >= 1.0
    assert model.outputs <= isinstance(driver, Acts)


@every
def test_its_manners_are_those_of_a_wire(model: Model) -> None:
    assert 0 < model.manners.patience <= 2
    assert 0 <= model.manners.quiet <= 2
    assert 1 <= model.manners.attempts <= 5
    assert model.baud in {600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200}
    assert model.format[0] in "78"


@every
def test_it_can_be_built_without_options(model: Model) -> None:
    assert isinstance(model.build(Seat(device="dev")), Listens | Polls | Acts)


@every
@given(st.lists(st.binary(max_size=40), max_size=8))
@settings(max_examples=40, deadline=None)
def test_it_never_raises_on_noise_and_says_only_what_the_tables_know(
    model: Model, portions: list[bytes]
) -> None:
    driver = build(model.name, 1)
    if isinstance(driver, Listens):
        for portion in portions:
            for message in driver.heard(portion, AT):
                sane(model, message, AT)


@every
def test_captured_bytes_give_messages_the_tables_know(model: Model) -> None:
    driver = build(model.name, 1)
    if isinstance(driver, Listens):
        heard = b"".join(c.hex for c in cases() if c.folder == model.name and c.direction != "host")
        first = [*driver.heard(heard, AT), *driver.heard(heard, AT)]
        later = [*driver.heard(heard, LATER)]
        assert first or later
        for messages, at in ((first, AT), (later, LATER)):
            for message in messages:
                sane(model, message, at)


@every
@given(st.binary(max_size=60))
@settings(max_examples=40, deadline=None)
async def test_a_babbling_wire_gives_no_answer_and_no_surprise(model: Model, says: bytes) -> None:
    driver = build(model.name, 1)
    try:
        if isinstance(driver, Polls):
            for message in await driver.poll(Babble(says), now):
                sane(model, message, AT)
        if isinstance(driver, Acts):
            for message in await driver.act(Babble(says), command("open", channel=1), now):
                sane(model, message, AT)
    except (NoAnswer, Refused):
        pass


@every
@pytest.mark.parametrize("action", ["", "explode", "on\n", "OPEN"])
async def test_what_it_cannot_do_is_refused_before_anything_is_sent(
    model: Model, action: str
) -> None:
    driver = build(model.name, 1)
    if isinstance(driver, Acts):
        with pytest.raises(Refused):
            await driver.act(Script([]), command(action, channel=1), now)


@every
@pytest.mark.parametrize("channel", [None, 0, -1, True, 1.0, "1", 256, 10**9])
async def test_a_channel_that_is_none_is_refused_before_anything_is_sent(
    model: Model, channel: str | float | bool | None
) -> None:
    driver = build(model.name, 1)
    if isinstance(driver, Acts):
        for action in ("on", "off", "open", "query"):
            with pytest.raises(Refused):
                await driver.act(Script([]), command(action, channel=channel), now)


# ── of the radio ─────────────────────────────────────────────────────────────────────────────────


@airy
def test_it_has_a_verb_that_its_link_allows(model: Model) -> None:
    driver = build_radio(model.name)
    assert model.radio is not None
    if model.radio.link == "never":
        assert isinstance(driver, Sights)
        assert not isinstance(driver, Listens | Polls | Acts)
    assert isinstance(driver, Sights | Listens | Polls | Acts)
    assert isinstance(driver, Listens) == (model.radio.notify is not None)
    if isinstance(driver, Polls):
        assert driver.every >= 1.0
        assert inspect.iscoroutinefunction(driver.poll)
    assert getattr(driver, "silence", 30.0) >= 1.0
    assert model.needs_address
    assert isinstance(model.build(Seat(device="dev")), Sights | Listens | Polls | Acts)


@airy
@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(-127, 20) | st.none())
@settings(max_examples=60, deadline=None)
def test_nothing_in_the_air_makes_it_raise(
    model: Model, portions: list[bytes], rssi: int | None
) -> None:
    driver = build_radio(model.name)
    for portion in portions:
        if isinstance(driver, Sights):
            advert = Advert(
                address="AA:BB:CC:DD:EE:FF",
                rssi=rssi,
                service_data=dict.fromkeys(SERVICES, portion),
                manufacturer=dict.fromkeys(COMPANIES, portion),
            )
            for message in driver.sighted(advert, AT):
                sane(model, message, AT)
        if isinstance(driver, Listens):
            for message in driver.heard(portion, AT):
                sane(model, message, AT)


@airy
async def test_what_was_captured_gives_messages_the_tables_know(
    model: Model, tmp_path: Path
) -> None:
    told = 0
    for case in cases():
        if case.folder == model.name and case.direction != "host":
            driver = build_for(case, tmp_path)
            if isinstance(driver, Sights | Listens) or case.characteristic:
                with suppress(Refused):
                    for message in await told_of(driver, case):
                        sane(model, message, AT)
                        told += 1
    assert told or model.name in SPEAKS_IN_TIME
