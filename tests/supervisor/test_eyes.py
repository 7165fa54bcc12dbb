"""The core's side of the eyes: each event once, presence, and what new eyes are told."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agent.model.evidence import Shot
from agent.model.messages import Command, Event, Fields, Reading
from agent.supervisor import eyes as module
from agent.supervisor import mail, sight
from agent.supervisor.eyes import Eyes
from agent.supervisor.sight import CameraState
from tests.supervisor.eyes_room import AT, GATE, JPEG, Room, hand, passed
from tests.supervisor.socket_world import really


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_the_socket_is_ours_alone(room: Room) -> None:
    async with room.core():
        assert room.socket.parent.stat().st_mode & 0o777 == 0o700


async def test_an_event_is_acknowledged_when_it_is_durable_and_taken_once(room: Room) -> None:
    room.slow = True
    async with room.core(), hand(room) as eyes:
        await eyes.hello()
        eyes.tell(1, passed(1))
        eyes.tell(1, passed(1))
        await really(lambda: room.told(sight.PASSED))
        await asyncio.sleep(0.05)
        assert eyes.acked() == []
        room.settle()
        await really(lambda: eyes.acked() == [1])
        eyes.tell(1, passed(1))
        await really(lambda: eyes.acked() == [1, 1])
    assert len(room.told(sight.PASSED)) == 1


async def test_an_event_with_pictures_waits_for_both_disks(room: Room) -> None:
    room.slow = True
    shots = (Shot("scene", JPEG), Shot("crop", JPEG))
    async with room.core(), hand(room) as eyes:
        await eyes.hello()
        eyes.tell(1, passed(1, shots=shots), *shots)
        await really(lambda: room.pictures)
        room.settle(1)
        await asyncio.sleep(0.05)
        assert eyes.acked() == []
        room.settle(1)
        await really(lambda: eyes.acked() == [1])
    (kept,) = room.pictures
    assert (kept.passage, kept.camera, kept.shots) == ("gate-cam-r-1", "gate-cam", shots)
    assert room.told(sight.PASSED)[0].data["evidence"] == "gate-cam-r-1"
    assert "湘" not in repr(kept)


async def test_a_new_core_knows_what_the_old_one_made_durable(room: Room) -> None:
    """It fell between the commit and the word of it: the eyes send it once more."""
    shots = (Shot("scene", JPEG),)
    event = passed(1, shots=shots)
    async with room.core(event), hand(room) as eyes:
        await eyes.hello()
        eyes.tell(1, event, *shots)
        eyes.tell(2, passed(2))
        await really(lambda: sorted(eyes.acked()) == [1, 2])
    assert [each.data["passage"] for each in room.told(sight.PASSED)] == ["gate-cam-r-2"]
    assert [kept.passage for kept in room.pictures] == ["gate-cam-r-1"]  # perhaps not yet there


async def test_new_eyes_are_told_what_the_old_ones_had_told(room: Room) -> None:
    async with room.core(passed(1)):
        async with hand(room) as old:
            await old.hello()
            for number in range(2, 26):
                old.tell(number, passed(number))
            await really(lambda: len(old.acked()) == 24)
        async with hand(room, "eyes-two") as new:
            welcome = await new.hello()
    told = sight.read_recent(welcome)
    assert [each.passage for each in told["gate-cam"]] == [
        f"gate-cam-r-{number}" for number in range(6, 26)
    ]
    assert told["door-cam"] == ()
    assert told["gate-cam"][-1] == sight.recent(passed(25))


async def test_what_crossed_with_a_hello_is_told_after_it(room: Room) -> None:
    async with room.core(), hand(room) as old, hand(room, "eyes-two") as new:
        await old.hello()
        await new.hello()
        old.tell(1, passed(1))
        await really(lambda: len(new.got("welcome")) == 2)
        assert [each["passage"] for each in new.got("welcome")[1]["recent"]["gate-cam"]] == [
            "gate-cam-r-1"
        ]
    assert len(room.told(sight.PASSED)) == 1


async def test_cameras_are_away_once_when_the_eyes_are_silent_and_back_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENT_S", 1.0)
    up = CameraState(up=True, frames=3)
    async with room.core() as core, hand(room) as eyes:
        await eyes.hello()
        eyes.beat(gate_cam=up, door_cam=replace(up, up=False))
        await really(lambda: core.state().devices[0].here)
        assert core.state().devices[1].here is None  # still being opened
        await really(lambda: core.state().devices[0].here is False)
        assert core.state().up is False
        eyes.beat(gate_cam=up)  # nobody knows whether these are the eyes of now
        await eyes.hello()
        eyes.beat(gate_cam=up)
        await really(lambda: core.state().devices[0].here)
    assert room.presence("gate-cam") == [
        ("device_back", "first"),
        ("device_away", "worker_down"),
        ("device_back", "heard"),
    ]
    assert room.presence("door-cam") == [("device_away", "worker_down")]


async def test_a_camera_without_frames_is_away_for_its_own_reason(room: Room) -> None:
    up = CameraState(up=True)
    async with room.core() as core, hand(room) as eyes:
        await eyes.hello()
        eyes.beat(gate_cam=up, door_cam=up)
        await really(lambda: core.state().devices[0].here)
        eyes.beat(gate_cam=CameraState(fault="gone"), door_cam=up)
        await really(lambda: core.state().devices[0].here is False)
        assert core.state().devices[1].here
    assert room.presence("gate-cam")[1:] == [("device_away", "gone")]


async def test_eyes_that_say_goodbye_are_gone_at_once(room: Room) -> None:
    async with room.core() as core, hand(room) as eyes:
        await eyes.hello("another file")
        eyes.beat(gate_cam=CameraState(up=True, fps=4.5))
        await really(lambda: core.eyes().rss_bytes == 7)
        assert (core.eyes().up, core.eyes().other_config, core.eyes().runs) == (True, True, 1)
        assert [(each.id, each.state.fps) for each in core.eyes().cameras] == [
            ("gate-cam", 4.5),
            ("door-cam", 0.0),
        ]
        eyes.say("bye")
        await really(lambda: not core.eyes().up)
    assert room.presence("gate-cam")[-1] == ("device_away", "worker_down")


def _command() -> Command:
    return Command(id="c", target="gate-cam", action="on", at=AT, ttl_ns=1)


FORGED: dict[str, dict[str, object]] = {
    "a command": {"id": 1, **mail.pack(_command())},
    "a reading": {
        "id": 1,
        **mail.pack(Reading(device="gate-cam", at=AT, quantity="weight", value=1.0)),
    },
    "another kind": {"id": 1, **mail.pack(replace(passed(1), kind="access_granted"))},
    "another device": {"id": 1, **mail.pack(replace(passed(1), device="lock-1"))},
    "too long a code": {
        "id": 1,
        **mail.pack(replace(passed(1), kind="code_scanned", raw=bytes(9000))),
    },
    "other pictures": {"id": 1, **mail.pack(passed(1)), "shots": [["scene", "/9j/AAAA"]]},
    "no pictures": {"id": 1, **mail.pack(passed(1)), "shots": [["scene", "AAAA"]]},
    "strange pictures": {"id": 1, **mail.pack(passed(1)), "shots": [["face", "/9j/AAAA"]]},
    "half a picture": {"id": 1, **mail.pack(passed(1)), "shots": [["scene"]]},
    "nothing": {"id": 1},
}


@pytest.mark.parametrize("what", FORGED)
async def test_eyes_can_tell_of_what_they_see_and_of_nothing_else(what: str, room: Room) -> None:
    async with room.core(), hand(room) as eyes:
        await eyes.hello()
        eyes.say("msg", **FORGED[what])
        await really(lambda: eyes.acked() == [1])  # never again
        eyes.tell(2, passed(2))
        await really(lambda: eyes.acked() == [1, 2])
    assert [each for each in room.said if isinstance(each, Event)] == room.told(sight.PASSED)
    assert len(room.told(sight.PASSED)) == 1
    assert not room.pictures


@pytest.mark.parametrize(
    "frame", [b"", b"[]", b"\xff", b'{"t":"beat"}', b'{"t":"msg"}', b"{" * 100, b"x" * 300_000]
)
async def test_noise_is_passed_over(frame: bytes, room: Room) -> None:
    async with room.core() as core, hand(room) as eyes:
        await eyes.hello()
        assert eyes._end.send(frame)
        eyes.tell(1, passed(1))
        await really(lambda: eyes.acked() == [1])
        assert core.state().up


async def test_the_raw_code_reaches_the_judge(room: Room) -> None:
    code = Event(
        device="door-cam", at=AT, kind="code_scanned", data={"code_sha256": "0"}, raw=b"\x00secret"
    )
    async with room.core(), hand(room) as eyes:
        await eyes.hello()
        eyes.tell(1, code)
        await really(lambda: eyes.acked() == [1])
    assert room.told("code_scanned")[0].raw == b"\x00secret"


async def test_a_loop_wakes_its_camera(room: Room) -> None:
    def moved(channel: int, state: str) -> Event:
        data: Fields = {"channel": channel, "use": "loop", "state": state, "first": False}
        return Event(device="loops-1", at=AT, kind="input_changed", data=data)

    async with room.core() as core, hand(room) as eyes:
        await eyes.hello()
        core.saw(moved(1, "active"))
        core.saw(Event(device="loops-1", at=AT, kind="input_changed"))
        core.saw(passed(1))
        core.saw(moved(2, "active"))
        core.saw(moved(2, "idle"))
        await really(lambda: len(eyes.got("loop")) == 2)
    assert [(each["camera"], each["active"]) for each in eyes.got("loop")] == [
        ("gate-cam", True),
        ("gate-cam", False),
    ]


async def test_a_camera_obeys_nothing_and_says_so(room: Room) -> None:
    async with room.core() as core:
        await core.act(_command())
    (refused,) = room.told("command_failed")
    assert refused.data["reason"] == "refused"


async def test_a_directory_of_somebody_else_is_no_end(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.socket.parent.write_text("in the way")
    core = Eyes((GATE,), room.world, room.place())
    monkeypatch.setattr(module, "AGAIN_S", 0.05)
    task = asyncio.create_task(core.run())
    await really(lambda: core.state().tried)
    assert room.presence("gate-cam") == [("device_away", "worker_down")]
    room.socket.parent.unlink()
    await really(room.socket.exists)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
