"""A module is set so that nobody at the door can set it otherwise."""

import pytest

from agent.drivers.doors.gm65_zones import NO_SETTING_CODES, baud_of
from hwsim.devices.doors.gm65 import CODES_ZONE, TAIL_ZONE
from tests.conformance.card import Card
from tests.conformance.world import Play
from tests.drivers.doors.reader import play, settings, show

NO_TAIL = f"@ZONE{TAIL_ZONE:04X}=60"


def card(**sim: object) -> Card:
    return Card(driver="gm65", sim_options=sim, act=("configure", {}))


def codes(played: Play) -> list[bytes]:
    return [event.raw for event in played.kinds("code_scanned")]


def test_a_visitor_can_silence_a_reader_that_was_not_configured() -> None:
    async def scene(played: Play) -> None:
        await show(played, NO_TAIL)
        await show(played, "BK1:ABC")

    assert codes(play(card(), scene)) == []


def test_configured_it_reports_a_setting_code_as_any_other() -> None:
    async def scene(played: Play) -> None:
        await played.act()
        await show(played, NO_TAIL)
        await show(played, "BK1:ABC")

    played = play(card(), scene)
    assert codes(played) == [NO_TAIL.encode(), b"BK1:ABC"]
    assert settings(played) == {"tail": "CR", "setting_codes": "off"}


@pytest.mark.parametrize("tail", ["none", "tab", "crlf"])
def test_whatever_ended_a_code_now_cr_does_and_a_power_cut_changes_nothing(tail: str) -> None:
    async def scene(played: Play) -> None:
        await played.act()
        for on in (False, True):
            played.devices["dev"].powered(on)
        await show(played, "BK1:ABC")

    assert codes(play(card(tail=tail), scene)) == [b"BK1:ABC"]


def test_a_module_that_says_done_and_does_nothing_fails_the_command() -> None:
    async def scene(played: Play) -> None:
        await played.act()

    played = play(card(frozen=[CODES_ZONE]), scene)
    assert len(played.kinds("command_failed")) == 1
    assert not played.kinds("command_done", "setting_read")


def test_codes_come_through_while_it_is_configured() -> None:
    async def scene(played: Play) -> None:
        await show(played, "BEFORE")
        await played.act()
        await show(played, "AFTER")

    assert codes(play(card(tail="crlf"), scene)) == [b"BEFORE", b"AFTER"]


def test_bits_leave_their_neighbours_alone() -> None:
    assert NO_SETTING_CODES.of(0b1111_0101) == 0b1111_0110


@pytest.mark.parametrize(
    ("divisor", "baud"), [("3901", 9600), ("1a00", 115_200), ("c409", 1200), ("0000", 115_200)]
)
def test_a_divisor_is_a_rate(divisor: str, baud: int) -> None:
    assert baud_of(bytes.fromhex(divisor)) == baud
