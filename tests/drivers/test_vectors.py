"""Every captured case: what decode says of it, and what the driver makes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from agent.drivers.base import Acts, Listens, Polls, Refused, Sights
from agent.drivers.codecs.base import Direction
from agent.drivers.codecs.judge import judge
from agent.drivers.codecs.register import PROTOCOLS
from agent.drivers.register import REGISTER
from agent.line.asking import NoAnswer
from agent.model.kinds import KINDS
from agent.model.messages import Event, Message, Reading
from tests.drivers.aerial import build_for, told_of
from tests.drivers.vectors import Case, cases, present
from tests.drivers.wires import AT, Script, build, command, now

ERRORS: Mapping[str, type[Exception]] = {"Refused": Refused, "NoAnswer": NoAnswer}


def some(*wanted: str) -> list[Case]:
    """Cases that have all of these fields."""
    return [case for case in cases() if all(getattr(case, name) for name in wanted)]


def plain(message: Message) -> dict[str, object]:
    """As it stands in a case.  Device, moment and point are checked here, for all of them."""
    assert isinstance(message, Reading | Event)
    assert (message.device, message.at, message.point) == ("dev", AT, "here")
    if isinstance(message, Reading):
        told = (message.quantity, message.value, message.quality)
        return dict(zip(("quantity", "value", "quality"), told, strict=True))
    raw = {"raw": message.raw.hex()} if message.raw else {}
    return {"kind": message.kind, "data": dict(message.data), **raw}


def same(messages: Iterable[Message], case: Case) -> None:
    assert [plain(message) for message in messages] == list(case.message)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_a_case_says_where_its_bytes_come_from(case: Case) -> None:
    assert case.source
    assert case.evidence in {"capture", "manual", "standard", "test-vector", "derived", "test"}
    assert case.verdict or case.exchange or case.raised


@pytest.mark.parametrize("case", some("verdict"), ids=str)
def test_decode_says_what_the_case_says(case: Case) -> None:
    protocol = PROTOCOLS[case.protocol]
    if protocol.reader is not None:
        protocol = replace(protocol, take=protocol.reader(case.given))
    told = [
        {"why": str(v.why)} if v.frame is None else {"frame": present(v.frame)}
        for v in judge(protocol, case.hex, case.direction)
    ]
    assert told == list(case.verdict)


HEARD = [case for case in some("hex") if case.direction is not Direction.HOST]
AIRY = {name for name, model in REGISTER.items() if model.radio}


@pytest.mark.parametrize("case", [c for c in HEARD if c.folder not in AIRY], ids=str)
def test_a_listening_driver_says_what_the_case_says(case: Case) -> None:
    driver = build(case.folder, **case.options) if case.folder in REGISTER else None
    if isinstance(driver, Listens):
        same(driver.heard(case.hex, AT), case)
    else:
        assert not case.message


@pytest.mark.parametrize("case", [c for c in HEARD if c.folder in AIRY], ids=str)
async def test_a_driver_of_the_radio_says_what_the_case_says(case: Case, tmp_path: Path) -> None:
    driver = build_for(case, tmp_path)
    if case.characteristic is not None and "frame" not in case.verdict[0]:
        with pytest.raises(Refused):
            await told_of(driver, case)
    elif case.characteristic is not None or isinstance(driver, Sights | Listens):
        same(await told_of(driver, case), replace(case, message=_with_nulls(case)))


def _with_nulls(case: Case) -> list[Mapping[str, object]]:
    """TOML has no null: a field of an event that the case leaves out is one."""
    return [
        {**told, "data": {n: told["data"].get(n) for n in KINDS[told["kind"]].data.split()}}
        if "kind" in told
        else told
        for told in case.message
    ]


@pytest.mark.parametrize("case", [c for c in cases() if c.exchange or c.raised], ids=str)
async def test_an_asking_driver_asks_and_says_what_the_case_says(case: Case) -> None:
    assert not isinstance(case.address, str)
    driver = build(case.folder, case.address, **case.options)
    line = Script(
        [(bytes.fromhex(e["asked"]), bytes.fromhex(e["answered"])) for e in case.exchange]
    )

    async def messages() -> Iterable[Message]:
        if case.act is None:
            assert isinstance(driver, Polls)
            return await driver.poll(line, now)
        assert isinstance(driver, Acts)
        return await driver.act(line, command(**case.act), now)

    if case.raised is None:
        same(await messages(), case)
    else:
        with pytest.raises(ERRORS[case.raised]):
            await messages()
    assert not line.left
