"""One adapter: adverts, links, away and back, deafness, reopening."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.config.settings import Output
from agent.line.air import IDLE_S, SIGHT_S
from agent.line.radio import Advert
from agent.model.messages import Reading
from agent.supervisor.radio_ears import QUIET_S
from agent.supervisor.radio_rhythm import CONNECTABLE_S, FALLBACK_S, FLOOR_S
from tests.supervisor.ether import VALUE, Body, Ether
from tests.supervisor.jumping import jumping, until
from tests.supervisor.radio_toys import (
    RadioBench,
    address,
    beacon_says,
    device,
    lamp_says,
    on_air,
)

STRANGER = Advert(address="FF:00:00:00:00:FF")
RELAY = (Output(channel=1),)


def values(bench: RadioBench, name: str) -> list[float]:
    return [each.value for each in bench.readings(name) if isinstance(each, Reading)]


class Chatter:
    """Somebody advertises once a second, until told to stop."""

    def __init__(self, ether: Ether, make: Callable[[], Advert], every: float = 1.0) -> None:
        self._task = asyncio.create_task(ether.beacon(make, every))

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


# ── what is heard ────────────────────────────────────────────────────────────────────────────────


@jumping
async def test_an_advert_is_met_and_read_at_once() -> None:
    ether = Ether(Body(address(1)), Body(address(2)))
    async with on_air(ether, device("beacon", 1), device("beacon", 2)) as bench:
        await until(lambda: bool(ether.scans))
        ether.say(beacon_says(1, 7))
        ether.say(STRANGER)
        assert values(bench, "beacon-1") == [7]
        assert bench.reasons("beacon-1") == [("device_back", "first")]
        assert not bench.reasons("beacon-2")
        state = bench.keeper.state()
        assert (state.up, state.line["adverts"], state.line["sighted"]) == (True, 2, 1)


@jumping
async def test_two_drivers_may_look_at_one_address() -> None:
    ether = Ether(Body(address(1)))
    async with on_air(ether, device("beacon", 1), device("dimmer", 1)) as bench:
        await until(lambda: bool(ether.scans))
        ether.say(beacon_says(1, 7))
        assert values(bench, "beacon-1") == [7]
        assert bench.reasons("dimmer-1") == [("device_back", "first")]


@jumping
async def test_a_driver_that_repeats_is_shown_what_is_new() -> None:
    ether = Ether(Body(address(1)))
    async with on_air(ether, device("still", 1)) as bench:
        await until(lambda: bool(ether.scans))
        for value, rssi in ((7, -60), (7, -80), (8, -60), (7, -60)):
            ether.say(beacon_says(1, value, rssi))
        assert values(bench, "still-1") == [7, 8, 7]


@jumping
async def test_a_broken_driver_harms_no_other() -> None:
    ether = Ether(Body(address(1)), Body(address(2)))
    async with on_air(ether, device("broken", 1), device("beacon", 2)) as bench:
        await until(lambda: bool(ether.scans))
        ether.say(beacon_says(1, 7))
        ether.say(beacon_says(2, 8))
        assert values(bench, "beacon-2") == [8]
        assert bench.reasons("broken-1") == [("device_away", "driver_broke")]
        assert bench.kinds("broken-1").count("device_broke") == 1


# ── away and back ────────────────────────────────────────────────────────────────────────────────


@jumping
async def test_a_device_that_speaks_each_second_is_missed_within_the_minute() -> None:
    ether = Ether(Body(address(1)))
    async with on_air(ether, device("still", 1)) as bench:
        others = Chatter(ether, lambda: STRANGER)
        chatter = Chatter(ether, lambda: beacon_says(1, 7))
        await asyncio.sleep(700)
        await chatter.stop()
        await asyncio.sleep(FLOOR_S - 3)
        assert bench.reasons("still-1") == [("device_back", "first")]
        await asyncio.sleep(6)
        assert bench.reasons("still-1")[1:] == [("device_away", "silent")]
        await asyncio.sleep(3600)
        ether.say(beacon_says(1, 7))
        assert bench.reasons("still-1")[2:] == [("device_back", "heard")]
        assert values(bench, "still-1") == [7, 7]  # back, and the same is news
        await others.stop()


@jumping
async def test_until_its_rhythm_is_known_a_device_is_not_missed_soon() -> None:
    ether = Ether(Body(address(1)), Body(address(2), values={VALUE: b"\x05"}))
    async with on_air(ether, device("beacon", 1), device("dimmer", 2, every=3600.0)) as bench:
        others = Chatter(ether, lambda: STRANGER)
        await until(lambda: bool(ether.scans))
        ether.say(beacon_says(1, 7))
        ether.say(lamp_says(2))
        await asyncio.sleep(CONNECTABLE_S)
        assert bench.reasons("dimmer-2") == [("device_back", "first")]
        await asyncio.sleep(15)
        assert bench.reasons("dimmer-2")[1:] == [("device_away", "silent")]
        assert bench.reasons("beacon-1") == [("device_back", "first")]
        await asyncio.sleep(FALLBACK_S)
        assert bench.reasons("beacon-1")[1:] == [("device_away", "silent")]
        await others.stop()


@jumping
async def test_a_driver_may_say_how_long_its_device_sleeps() -> None:
    ether = Ether(Body(address(1)))
    async with on_air(ether, device("sleepy", 1)) as bench:
        others = Chatter(ether, lambda: STRANGER, every=10)
        await until(lambda: bool(ether.scans))
        ether.say(beacon_says(1, 7))
        await asyncio.sleep(43_200)
        assert bench.reasons("sleepy-1") == [("device_back", "first")]
        await others.stop()


# ── links on demand ──────────────────────────────────────────────────────────────────────────────


@jumping
async def test_a_command_links_does_and_leaves() -> None:
    lamp = Body(address(1))
    ether = Ether(lamp)
    async with on_air(ether, device("lamp", 1, outputs=RELAY)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await until(lambda: bool(lamp.written))  # to rest, before anything else
        assert lamp.values[VALUE] == b"\x00"
        await asyncio.sleep(IDLE_S + 1)
        await bench.keeper.act(bench.command("lamp-1", "pulse", channel=1, ms=500))
        await until(lambda: len(lamp.written) == 3)
        (_, off), (on_at, on), (off_at, again) = lamp.written
        assert (off, on, again) == (b"\x00", b"\x01", b"\x00")
        assert off_at - on_at == pytest.approx(0.5, abs=0.1)
        assert bench.kinds("lamp-1")[-1] == "command_done"
        await asyncio.sleep(IDLE_S + 1)
        assert not ether.linked
        await chatter.stop()


@jumping
async def test_a_device_that_is_polled_is_linked_for_each_poll() -> None:
    dimmer = Body(address(1), values={VALUE: b"\x05"})
    ether = Ether(dimmer)
    async with on_air(ether, device("dimmer", 1)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await asyncio.sleep(190)
        assert values(bench, "dimmer-1") == [5, 5, 5, 5]
        assert len(dimmer.connects) == 4
        assert bench.keeper.state().links == 0
        assert bench.reasons("dimmer-1") == [("device_back", "first")]
        await chatter.stop()


@jumping
async def test_one_that_is_heard_and_does_not_serve_is_away() -> None:
    """Its advertisements do not bring it back within the minute."""
    dimmer = Body(address(1), values={VALUE: b"\x05"}, refuses=True)
    ether = Ether(dimmer)
    async with on_air(ether, device("dimmer", 1, every=45.0)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await asyncio.sleep(40)
        assert bench.reasons("dimmer-1")[-1] == ("device_away", "no_answer")
        count = len(bench.reasons("dimmer-1"))
        dimmer.refuses = False
        await asyncio.sleep(15)
        assert bench.reasons("dimmer-1")[count:] == [("device_back", "answered")]
        await chatter.stop()


@jumping
async def test_a_command_for_what_is_not_heard_fails_in_its_time() -> None:
    ether = Ether(Body(address(1), near=False))
    async with on_air(ether, device("dimmer", 1)) as bench:
        await until(lambda: bool(ether.scans))
        await bench.keeper.act(bench.command("dimmer-1", "on", ttl=60, channel=1))
        (failed,) = bench.events("command_failed")
        assert failed.data["reason"] in {"no_answer", "refused"}


# ── kept links ───────────────────────────────────────────────────────────────────────────────────


def strap(**more: object) -> Body:
    return Body(address(1), values={VALUE: b""}, **more)  # type: ignore[arg-type]  # a test's own


async def talking(body: Body) -> None:
    while True:
        body.notify(b"\x01")
        await asyncio.sleep(2)


@jumping
async def test_a_kept_link_is_made_heard_and_made_again() -> None:
    body = strap()
    ether = Ether(body)
    async with on_air(ether, device("strap", 1)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await until(lambda: body.link is not None and bool(body.link.heard))
        body.notify(b"\x07")
        assert values(bench, "strap-1") == [7]
        body.drop()
        await until(lambda: body.link is not None and bool(body.link.heard))
        body.notify(b"\x08")
        assert values(bench, "strap-1") == [7, 8]
        assert bench.reasons("strap-1") == [("device_back", "first")]  # too short to be said
        await chatter.stop()


@jumping
async def test_a_kept_link_that_cannot_be_made_again_is_said_once() -> None:
    body = strap()
    ether = Ether(body)
    async with on_air(ether, device("strap", 1)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        others = Chatter(ether, lambda: STRANGER)
        await until(lambda: body.link is not None and bool(body.link.heard))
        body.near = False
        body.drop()
        await asyncio.sleep(SIGHT_S * 2 + 5)
        assert bench.reasons("strap-1")[1:] == [("device_away", "no_answer")]
        await asyncio.sleep(600)
        body.near = True
        await until(lambda: body.link is not None)
        await asyncio.sleep(1)
        assert bench.reasons("strap-1")[2:] == [("device_back", "answered")]
        await chatter.stop()
        await others.stop()


@jumping
async def test_a_kept_link_that_has_stopped_talking_is_made_anew() -> None:
    """After bluetoothd or a peer lost its mind the link looks well, and nothing comes."""
    body = strap()
    ether = Ether(body)
    async with on_air(ether, device("strap", 1)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await until(lambda: body.link is not None)
        first = body.link
        await asyncio.sleep(13)
        await until(lambda: body.link is not None and body.link is not first)
        await asyncio.sleep(1)
        assert bench.reasons("strap-1") == [
            ("device_back", "first"),
            ("device_away", "silent"),
            ("device_back", "answered"),
        ]
        await chatter.stop()


# ── the adapter ──────────────────────────────────────────────────────────────────────────────────


@jumping
async def test_a_lost_adapter_is_said_once_and_opened_again() -> None:
    ether = Ether(Body(address(2)), strap())
    async with on_air(ether, device("beacon", 2), device("strap", 1)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        talk = asyncio.create_task(talking(ether.bodies[address(1)]))
        beacons = Chatter(ether, lambda: beacon_says(2, 7))
        await asyncio.sleep(5)
        ether.plugged = False
        ether.fall()
        await asyncio.sleep(60)
        assert not bench.keeper.state().up
        ether.plugged = True
        await asyncio.sleep(30)
        assert bench.keeper.state().up
        for name, back in (("beacon-2", "heard"), ("strap-1", "answered")):
            assert bench.reasons(name) == [
                ("device_back", "first"),
                ("device_away", "wire_down"),
                ("device_back", back),
            ]
        assert bench.keeper.state().opened == 2
        talk.cancel()
        await chatter.stop()
        await beacons.stop()


@jumping
async def test_a_command_under_way_when_the_adapter_goes_fails_as_such() -> None:
    dimmer = Body(address(1), values={VALUE: b"\x05"}, mute=True)
    ether = Ether(dimmer)
    async with on_air(ether, device("dimmer", 1)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await asyncio.sleep(5)
        command = bench.command("dimmer-1", "on", ttl=60, channel=1)
        acting = asyncio.create_task(bench.keeper.act(command))
        await asyncio.sleep(1)
        assert ether.adapter is not None
        ether.adapter.fallen.set_result("gone")
        await acting
        (failed,) = bench.events("command_failed")
        assert failed.data["reason"] == "wire_down"
        await chatter.stop()


@jumping
async def test_a_deaf_adapter_is_scanned_anew_then_opened_anew_then_reset(tmp_path: Path) -> None:
    ether = Ether(Body(address(1)))
    ask = tmp_path / "recover"
    async with on_air(ether, device("beacon", 1), recover=ask) as bench:
        chatter = Chatter(ether, lambda: beacon_says(1, 7))
        await asyncio.sleep(100)
        ether.deaf = True
        await asyncio.sleep(QUIET_S + 5)
        assert (len(ether.scans), ether.opened, ask.exists()) == (2, 1, False)
        await asyncio.sleep(QUIET_S + 5)
        assert (ether.opened, ask.read_text()) == (2, "hci0\n")
        ether.deaf = False
        await asyncio.sleep(2)
        assert bench.reasons("beacon-1") == [
            ("device_back", "first"),
            ("device_away", "wire_down"),
            ("device_back", "heard"),
        ]
        await chatter.stop()


@jumping
async def test_a_scan_anew_that_helps_is_all(tmp_path: Path) -> None:
    ether = Ether(Body(address(1)))
    ask = tmp_path / "recover"
    async with on_air(ether, device("beacon", 1), recover=ask) as bench:
        chatter = Chatter(ether, lambda: beacon_says(1, 7))
        await asyncio.sleep(100)
        ether.deaf = True
        await until(lambda: len(ether.scans) == 2)
        ether.deaf = False
        await asyncio.sleep(600)
        assert (ether.opened, ask.exists()) == (1, False)
        assert bench.reasons("beacon-1") == [("device_back", "first")]
        await chatter.stop()


@jumping
async def test_a_link_that_is_up_proves_that_the_adapter_is_well() -> None:
    body = strap()
    ether = Ether(body)
    async with on_air(ether, device("strap", 1, every=3600.0)) as bench:
        ether.say(lamp_says(1))
        await asyncio.sleep(0.1)
        ether.say(lamp_says(1))
        await until(lambda: body.link is not None)
        for _ in range(100):
            body.notify(b"\x01")
            await asyncio.sleep(8)
        assert ether.opened == 1
        assert bench.keeper.state().links == 1


@jumping
async def test_a_daemon_that_hangs_is_not_waited_for_and_a_reset_is_asked_for(
    tmp_path: Path,
) -> None:
    ether = Ether(Body(address(1)))
    ether.hung = True
    ask = tmp_path / "recover"
    async with on_air(ether, device("beacon", 1), recover=ask) as bench:
        await asyncio.sleep(90)
        assert ask.exists()
        assert ether.opened > 2
        assert bench.reasons("beacon-1") == [("device_away", "wire_down")]
        assert asyncio.get_running_loop().time() - bench.keeper.state().stirred < 60


@jumping
async def test_a_reset_is_asked_for_less_and_less_often(tmp_path: Path) -> None:
    ether = Ether(Body(address(1)))
    ether.plugged = False
    ask = tmp_path / "recover"
    asked = 0
    async with on_air(ether, device("beacon", 1), recover=ask):
        for _ in range(24 * 60):
            await asyncio.sleep(60)
            asked += ask.exists()
            ask.unlink(missing_ok=True)
    assert 20 < asked < 35


@jumping
async def test_a_clean_stop_brings_outputs_to_rest_and_leaves_all_links() -> None:
    lamp = Body(address(1))
    ether = Ether(lamp)
    async with on_air(ether, device("lamp", 1, outputs=RELAY)) as bench:
        chatter = Chatter(ether, lambda: lamp_says(1))
        await until(lambda: bool(lamp.written))
        await bench.keeper.act(bench.command("lamp-1", "on", channel=1))
        assert lamp.values[VALUE] == b"\x01"
    assert lamp.values[VALUE] == b"\x00"
    assert not ether.linked
    await chatter.stop()
