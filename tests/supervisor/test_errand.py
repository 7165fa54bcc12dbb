"""What a worker is told at its start arrives as it was meant, for every driver there is."""

import json
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from agent.config.settings import Bus, Device, Output
from agent.drivers.base import Model
from agent.drivers.register import REGISTER
from agent.model.places import Place
from agent.supervisor.errand import Errand, from_json
from tests.model.messages import ids, names

DRIVERS = sorted(REGISTER)
PLAIN: dict[object, st.SearchStrategy[Any]] = {
    NoneType: st.none(),
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(max_size=12),
    Path: st.from_regex(r"/[a-z/]{1,12}", fullmatch=True).map(Path),  # named ``…_file``
}


class NotTold(Exception):
    """JSON would give back something else."""


def flat(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  # whatever stands in an annotation
    """Values of a plain type, tables or tuples.  Bounds are the configuration's concern."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin is Annotated:
        return flat(parts[0])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (Union, UnionType):
        return st.one_of(*map(flat, parts))
    if (
        origin is tuple
        and len(parts) == 2
        and parts[1] is Ellipsis
        and get_origin(parts[0]) is not tuple
    ):
        return st.lists(flat(parts[0]), max_size=4).map(tuple)
    if is_dataclass(hint):
        return table(hint)
    raise NotTold(str(hint))


def table(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401  # a dataclass
    hints = get_type_hints(kind, include_extras=True)
    values = {field.name: flat(hints[field.name]) for field in fields(kind)}
    return st.fixed_dictionaries(values).map(lambda made: _fit(kind, made))


def _fit(kind: Any, made: dict[str, Any]) -> Any:  # noqa: ANN401  # same
    """Some tables refuse what does not go together."""
    try:
        return kind(**made)
    except ValueError:
        return reject()


def options(model: Model) -> st.SearchStrategy[Any]:
    return table(model.options)


outputs = st.builds(
    Output, channel=st.integers(1, 99), rest=st.sampled_from(["on", "off"]), most_ms=st.integers(1)
)
seconds = st.floats(0, 1e6)
buses = st.builds(
    Bus,
    id=ids,
    port=names,
    baud=st.integers(0, 10**6),
    format=st.sampled_from(["8N1", "7E1"]),
    isolate=st.booleans(),
    echo=st.booleans(),
    usb=st.none() | names,
    gap=seconds,
)


def devices(name: str) -> st.SearchStrategy[Device]:
    return st.builds(
        Device,
        id=ids,
        driver=st.just(name),
        bus=ids,
        address=st.none() | st.integers(0, 255),
        point=st.none() | ids,
        priority=st.integers(0, 9),
        every=st.none() | seconds,
        patience=st.none() | seconds,
        quiet=st.none() | seconds,
        attempts=st.none() | st.integers(1, 9),
        outputs=st.lists(outputs, max_size=3).map(tuple),
        options=st.none() | options(REGISTER[name]),
    )


def _errand(bus: Bus, *devices: Device) -> Errand:
    return Errand(
        who="bus-1-6f1c", socket="/run/x.sock", boot="boot", shift_ns=0, bus=bus, devices=devices
    )


@pytest.mark.parametrize("name", DRIVERS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_options_of_every_driver_arrive_whole(name: str, data: st.DataObject) -> None:
    device = data.draw(devices(name))
    bus = Bus(id="bus-1", port="p", baud=9600)
    assert from_json(_errand(bus, device).to_json(), REGISTER).devices == (device,)


@given(buses, st.lists(devices("gm65"), max_size=4), st.integers())
def test_an_errand_arrives_whole(bus: Bus, seats: list[Device], shift_ns: int) -> None:
    errand = replace(_errand(bus, *seats), shift_ns=shift_ns)
    line = errand.to_json()
    assert "\n" not in line
    assert from_json(line, REGISTER) == errand


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_gets_options_of_its_own_type(name: str) -> None:
    model = REGISTER[name]
    device = Device(id="d", driver=name, bus="bus-1", options=model.options())
    bus = Bus(id="bus-1", port="p", baud=9600)
    (arrived,) = from_json(_errand(bus, device).to_json(), REGISTER).devices
    assert type(arrived.options) is model.options


def test_a_place_stays_at_home() -> None:
    place = Place(grid="7-2")
    device = Device(id="d", driver="gm65", bus="bus-1", place=place)
    line = _errand(Bus(id="bus-1", port="p", baud=9600), device).to_json()
    assert "7-2" not in line
    assert from_json(line, REGISTER).devices == (replace(device, place=None),)


def test_an_unknown_driver_is_our_own_mistake() -> None:
    device = Device(id="d", driver="gm65", bus="b", options=REGISTER["gm65"].options())
    told = json.loads(_errand(Bus(id="b", port="p", baud=9600), device).to_json())
    told["devices"][0]["driver"] = "nobody"
    with pytest.raises(KeyError):
        from_json(json.dumps(told), REGISTER)


@pytest.mark.parametrize(
    "hint", [dict[str, int], list[int], tuple[tuple[int, ...], ...], tuple[int, int], bytes]
)
def test_what_cannot_be_told_is_found(hint: object) -> None:
    with pytest.raises(NotTold):
        flat(hint)
