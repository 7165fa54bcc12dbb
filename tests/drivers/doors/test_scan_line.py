"""Modules of four makers on a wire: codes come through, and replies are never codes."""

import pytest

from agent.drivers.base import Listens, Polls
from agent.model.messages import Event
from agent.model.time import Stamp
from tests.conformance.card import Card
from tests.conformance.world import Play
from tests.drivers.doors.reader import play, settings, show
from tests.drivers.wires import build

DIALECTS = ("none", "newland", "honeywell", "de2120", "ssi")
SPOKEN = DIALECTS[1:]


def card(dialect: str, action: str = "configure", **sim: object) -> Card:
    return Card(
        driver="scan-line",
        options={"dialect": dialect},
        sim_options={"dialect": dialect, **sim},
        act=(action, {}),
    )


def codes(played: Play) -> list[bytes]:
    return [event.raw for event in played.kinds("code_scanned")]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_codes_come_through_before_and_after_a_command(dialect: str) -> None:
    async def scene(played: Play) -> None:
        await show(played, "BK1:ONE")
        await played.act()
        await show(played, "BK1:TWO")

    assert codes(play(card(dialect), scene)) == [b"BK1:ONE", b"BK1:TWO"]


@pytest.mark.parametrize("dialect", ["newland", "honeywell"])
def test_a_module_without_an_end_is_given_one(dialect: str) -> None:
    async def scene(played: Play) -> None:
        await show(played, "BK1:ONE")
        await played.act()
        await show(played, "BK1:TWO")

    played = play(card(dialect, tail="none"), scene)
    assert codes(played) == [b"BK1:TWO"]
    assert settings(played)["tail"] == "CR"


@pytest.mark.parametrize("dialect", SPOKEN)
def test_a_module_that_says_no_fails_the_command(dialect: str) -> None:
    async def scene(played: Play) -> None:
        await played.act()

    played = play(card(dialect, says_no=True), scene)
    assert len(played.kinds("command_failed")) == 1
    assert not played.kinds("setting_read", "device_broke")


def test_a_sleeping_gm67_is_asked_again() -> None:
    async def scene(played: Play) -> None:
        await played.act()

    played = play(card("ssi"), scene)
    assert played.kinds("command_done")
    assert settings(played) == {"packets": "off", "format": "code and suffix 1"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_pause_within_a_code_does_not_cut_it(dialect: str) -> None:
    async def scene(played: Play) -> None:
        await show(played, "BK1:ABCDEFGH")

    assert codes(play(card(dialect, pause_s=0.05), scene)) == [b"BK1:ABCDEFGH"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_code_without_an_end_never_opens_for_the_next_person(dialect: str) -> None:
    driver = build("scan-line", dialect=dialect)
    assert isinstance(driver, Listens)
    told = [*driver.heard(b"ONE", Stamp("boot", 0)), *driver.heard(b"TWO\r", Stamp("boot", 10**9))]
    assert [event.raw for event in told if isinstance(event, Event)] == [b"TWO"]


def test_only_those_with_a_harmless_question_are_polled() -> None:
    polled = [d for d in DIALECTS if isinstance(build("scan-line", dialect=d), Polls)]
    assert polled == ["newland", "honeywell"]
