"""The lock over the simulated radio: unmodified bleak, BlueZ's D-Bus, and hwsim's lock at its end.

What the lock did is counted from hwsim's truth.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from agent.drivers.base import Refused
from agent.drivers.radio import open_lock_talk
from agent.drivers.radio.open_lock import OpenLock
from agent.line.air import Air
from agent.line.asking import NoAnswer
from agent.links.ble.bleak_adapter import open_bleak
from agent.model.messages import Event, Message
from cli.world import World
from tests.drivers.radio.open_lock_peer import Clock, command, driver
from tests.hwsim.radio.conftest import Play, play

__all__ = ["play"]
ADDRESS = "C0:FF:EE:00:00:01"
DEVICE = '[[device]]\nid = "door"\nsim = "open_lock"\nbus = "radio"\naddress = "%s"\n'
FAST = "motor_s = 0.05, relock_s = 0"


@asynccontextmanager
async def air_of(world: World) -> AsyncIterator[Air]:
    adapter = await open_bleak("hci0", str(world.buses["radio"]))
    air = Air(adapter, 3, lambda _: None)
    try:
        await air.listen([ADDRESS])
        yield air
    finally:
        await air.aclose("over")
        await adapter.aclose()


async def act(air: Air, door: OpenLock, name: str = "c-1", action: str = "open") -> list[str]:
    """The kinds of events of one command; the link is left after it, as a lost one would be."""
    async with air.linked(ADDRESS, 1) as link:
        try:
            return kinds(await door.act(link, command(action, name, ttl_s=60), Clock()))
        finally:
            await link.leave()


async def insist(air: Air, door: OpenLock) -> list[str]:
    """The same command until it is answered, as a person at the door would; it moves once."""
    for _ in range(3):
        with suppress(NoAnswer):
            return await act(air, door)
    return []


async def poll(air: Air, door: OpenLock) -> list[str]:
    async with air.linked(ADDRESS, 1) as link:
        return kinds(await door.poll(link, Clock()))


def kinds(messages: object) -> list[str]:
    assert isinstance(messages, list)
    return [m.kind for m in list[Message](messages) if isinstance(m, Event)]


def scenario(options: str) -> str:
    return DEVICE % ADDRESS + f"options = {{ {options} }}\n"


def unlocks(world: World) -> int:
    return sum(1 for line in world.lines() if line.get("what") == "unlock")


@pytest.mark.parametrize("mtu", [23, 247])
async def test_it_opens_and_says_what_the_lock_did(play: Play, mtu: int, tmp_path: Path) -> None:
    world = play(scenario(f"{FAST}, mtu = {mtu}"))
    async with air_of(world) as air:
        assert await act(air, driver(tmp_path)) == ["lock_opened"]
    told = [line.get("what") for line in world.lines()]
    assert [what for what in told if what in ("unlock", "lock_opened")] == ["unlock", "lock_opened"]


@pytest.mark.parametrize(
    "fault", ["drop_after_hello", "drop_after_order", "reboot_in_session", "mute"]
)
async def test_after_a_fault_the_same_command_opens_once(
    play: Play, fault: str, tmp_path: Path
) -> None:
    world = play(scenario(f'{FAST}, fault = "{fault}"'))
    door = driver(tmp_path)
    async with air_of(world) as air:
        with pytest.raises(NoAnswer):
            await act(air, door)
        assert await act(air, door) == ["lock_opened"]
    assert unlocks(world) == 1


async def test_a_motor_that_pulls_the_battery_down_is_not_started_twice(
    play: Play, tmp_path: Path
) -> None:
    world = play(scenario(f'{FAST}, fault = "reboot_in_motion"'))
    door = driver(tmp_path)
    async with air_of(world) as air:
        with pytest.raises(NoAnswer):
            await act(air, door)
        with pytest.raises(Refused, match="done before") as no:
            await act(air, door)
        assert kinds([*no.value.messages]) == ["lock_closed"]
        assert await act(air, door, "c-2") == ["lock_opened"]
    assert unlocks(world) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("old_boot", "boot_counter"), ("replayed_challenge", "proof"), ("damaged_challenge", "proof")],
)
async def test_a_lock_that_is_not_ours_is_told_nothing(
    play: Play, fault: str, reason: str, tmp_path: Path
) -> None:
    options = f'{FAST}, fault = "{fault}", fault_from = 2, fault_times = 1'
    world = play(scenario(options))
    door = driver(tmp_path)
    async with air_of(world) as air:
        assert await act(air, door) == ["lock_opened"]
        with pytest.raises(Refused, match=reason) as no:
            await act(air, door, "c-2")
        assert kinds([*no.value.messages]) == ["lock_untrusted"]
    assert unlocks(world) == 1


async def test_doubled_indications_do_no_harm(play: Play, tmp_path: Path) -> None:
    world = play(scenario(f'{FAST}, mtu = 23, fault = "doubled"'))
    async with air_of(world) as air:
        assert await act(air, driver(tmp_path)) == ["lock_opened"]
    assert unlocks(world) == 1


async def test_a_slow_motor_is_waited_for_and_a_jammed_one_told(play: Play, tmp_path: Path) -> None:
    world = play(scenario("motor_s = 2.0, jammed = true"))
    door = driver(tmp_path)
    async with air_of(world) as air:
        with pytest.raises(Refused, match="jammed") as no:
            await act(air, door)
        assert kinds([*no.value.messages]) == ["lock_closed", "fault_reported"]


def _is_locked(line: Mapping[str, Any]) -> bool:
    return line.get("what") == "lock_closed"


async def test_it_locks_itself_again_and_the_next_look_tells_it(play: Play, tmp_path: Path) -> None:
    world = play(scenario("motor_s = 0.05, relock_s = 0.3"))
    door = driver(tmp_path)
    async with air_of(world) as air:
        assert await act(air, door) == ["lock_opened"]
        assert await asyncio.to_thread(world.wait_for, _is_locked, 10.0)
        assert await poll(air, door) == ["lock_closed"]


async def test_a_stranger_is_shown_the_door(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three wrong tickets on a link and it is ended; its owner still gets in."""
    world = play(scenario(FAST))
    stranger = driver(tmp_path)
    (tmp_path / "door.key").write_bytes(bytes(32))
    stranger = OpenLock(stranger._seat)
    async with air_of(world) as air:
        async with air.linked(ADDRESS, 1) as link:
            monkeypatch.setattr(open_lock_talk, "ANSWER_S", 0.1)  # there will be none
            for _ in range(3):
                with pytest.raises(NoAnswer):
                    await stranger.act(link, command(ttl_s=60), Clock())
            with pytest.raises(NoAnswer):
                await link.gone()
        monkeypatch.setattr(open_lock_talk, "ANSWER_S", 3.0)
        assert await insist(air, driver(tmp_path)) == ["lock_opened"]
    assert [x["failed"] for x in world.lines() if x.get("what") == "refused_link"] == [3]
    assert unlocks(world) == 1
