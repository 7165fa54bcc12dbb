"""The driver against hwsim's lock, without a radio: what it does, tells, refuses and owes."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.drivers.base import Acts, Polls, Refused, Seat
from agent.drivers.radio import open_lock_talk
from agent.drivers.radio.open_lock import MODEL, OpenLock, OpenLockOptions
from agent.line.asking import NoAnswer
from agent.model.kinds import KINDS
from agent.model.messages import Event, Message, Reading, Value
from agent.model.time import Stamp, TimeQuality
from hwsim.devices.radio.open_lock_core import Flash, Lock
from hwsim.devices.radio.open_lock_orders import JAMMED, LOCKED, UNLOCKED
from tests.drivers.radio.open_lock_bench import KEY, KID, LOCK_ID, Bench, Op
from tests.drivers.radio.open_lock_peer import Clock, Peer, command, driver

OPENED = ("lock_opened", {"channel": 1, "source": "command"})
CLOSED = ("lock_closed", {"channel": 1, "source": "command"})


def events(messages: object) -> list[tuple[str, dict[str, object]]]:
    assert isinstance(messages, list)
    return [(m.kind, dict(m.data)) for m in messages if isinstance(m, Event)]


@pytest.mark.parametrize(("room", "writes"), [(20, 4 + 2), (244, 1 + 1)])
async def test_it_opens_at_any_mtu(room: int, writes: int, tmp_path: Path) -> None:
    bench = Bench()
    peer = Peer(bench, room=room)
    messages = await driver(tmp_path).act(peer, command(), Clock())
    assert events(messages) == [OPENED]
    assert (bench.moves, peer.writes) == ([Op.UNLOCK], writes)


async def test_what_it_tells_stands_in_the_tables(tmp_path: Path) -> None:
    clock = Clock()
    messages = list[Message](await driver(tmp_path).act(Peer(Bench()), command(), clock))
    reading = next(m for m in messages if isinstance(m, Reading))
    assert (reading.quantity, reading.value) == ("battery", 80.0)
    for message in messages:
        assert isinstance(message, Reading | Event)
        assert (message.device, message.at) == ("door", clock())
        if isinstance(message, Event):
            assert message.kind in MODEL.tells
            assert set(message.data) == set(KINDS[message.kind].data.split())


async def test_it_locks_and_tells_how_it_is(tmp_path: Path) -> None:
    bench, door = Bench(bolt=UNLOCKED), driver(tmp_path)
    assert events(await door.act(Peer(bench), command("lock"), Clock())) == [CLOSED]
    told = await door.act(Peer(bench), command("query", "c-2"), Clock())
    assert events(told) == [("lock_closed", {"channel": 1, "source": "query"})]
    assert bench.moves == [Op.LOCK]


async def test_a_poll_tells_changes_only(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    polled = [events(await door.poll(Peer(bench), Clock())) for _ in range(2)]
    bench.bolt = UNLOCKED
    polled.append(events(await door.poll(Peer(bench), Clock())))
    assert [[kind for kind, _ in each] for each in polled] == [["lock_closed"], [], ["lock_opened"]]
    assert not bench.moves


async def test_hold_and_grant_reach_the_lock(tmp_path: Path) -> None:
    bench = Bench()
    await driver(tmp_path).act(Peer(bench), command(hold_s=30, grant="c0ffee"), Clock())
    (order,) = bench.orders
    assert (order.hold_s, order.args[2]) == (30, b"\xc0\xff\xee")


@pytest.mark.parametrize(
    ("action", "args"),
    [
        ("explode", {}),
        ("on", {}),
        ("open", {"channel": 2}),
        ("open", {"channel": None}),
        ("open", {"hold_s": 0}),
        ("open", {"hold_s": True}),
        ("open", {"hold_s": 601}),
        ("lock", {"hold_s": 5}),
        ("open", {"grant": "c0f"}),
        ("open", {"grant": "xx"}),
        ("open", {"grant": ""}),
        ("open", {"grant": "00" * 129}),
        ("query", {"grant": "00"}),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_said(
    action: str, args: dict[str, Value], tmp_path: Path
) -> None:
    peer, told = Peer(Bench()), replace(command(action), args=args)
    with pytest.raises(Refused):
        await driver(tmp_path).act(peer, told, Clock())
    assert not peer.writes


# ── twice, late, lost ────────────────────────────────────────────────────────────────────────


async def test_a_retry_after_a_lost_link_moves_nothing_twice(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    with pytest.raises(NoAnswer):
        await door.act(Peer(bench, to_box=lambda m: [m] if m[0] == 2 else [], drop_after=2),
                       command(), Clock())  # fmt: skip
    assert events(await door.act(Peer(bench), command(), Clock())) == [OPENED]
    assert bench.moves == [Op.UNLOCK]


async def test_a_retry_by_a_box_that_was_started_anew_moves_nothing_twice(tmp_path: Path) -> None:
    bench = Bench()
    for _ in range(2):
        await driver(tmp_path).act(Peer(bench), command(), Clock())
    assert bench.moves == [Op.UNLOCK]


async def test_a_retry_that_finds_it_locked_again_says_so(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    await door.act(Peer(bench), command(), Clock())
    bench.bolt = LOCKED
    with pytest.raises(Refused, match="done before") as no:
        await door.act(Peer(bench), command(), Clock())
    assert events([*no.value.messages]) == [CLOSED]


async def test_another_command_is_another_one(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    for name in ("c-1", "c-2"):
        await door.act(Peer(bench), command(name=name), Clock())
    assert bench.moves == [Op.UNLOCK] * 2


@pytest.mark.parametrize(("ttl_s", "valid_ms"), [(60, 3000), (2, 2000), (0.0015, 1)])
async def test_no_command_lives_longer_than_its_asker_wants(
    ttl_s: float, valid_ms: int, tmp_path: Path
) -> None:
    bench = Bench()
    await driver(tmp_path).act(Peer(bench), command(ttl_s=ttl_s), Clock())
    (order,) = bench.orders
    assert (order.valid_ms, order.not_after) == (valid_ms, 0)


async def test_a_command_that_is_late_before_it_is_said_is_not_said(tmp_path: Path) -> None:
    bench = Bench()
    with pytest.raises(Refused, match="too late"):
        await driver(tmp_path).act(Peer(bench), command(ttl_s=0.0005), Clock())
    assert not bench.moves


async def test_held_up_on_its_way_it_opens_nothing(tmp_path: Path) -> None:
    bench = Bench()

    def hold_up(message: bytes) -> list[bytes]:
        bench.now += 3.1 if message[0] == 0x10 else 0
        return [message]

    with pytest.raises(Refused, match="too late"):
        await driver(tmp_path).act(Peer(bench, to_lock=hold_up), command(), Clock())
    assert not bench.moves


async def test_the_date_is_told_only_while_it_is_certain(tmp_path: Path) -> None:
    bench = Bench(clock=1000.0, has_clock=True)

    def at(quality: TimeQuality) -> Stamp:
        return Stamp("boot", 10**12, 500 * 10**9, quality)

    await driver(tmp_path).act(Peer(bench), command(), lambda: at(TimeQuality.HOLDOVER))
    assert bench.moves == [Op.UNLOCK]
    late = command(name="c-2")
    with pytest.raises(Refused, match="too late"):
        await driver(tmp_path).act(Peer(bench), late, lambda: at(TimeQuality.TRUSTED))


async def test_a_slow_motor_is_waited_for(tmp_path: Path) -> None:
    bench = Bench(slow=True)
    assert events(await driver(tmp_path).act(Peer(bench), command(), Clock())) == [OPENED]


async def test_a_silent_lock_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_lock_talk, "ANSWER_S", 0.05)
    bench = Bench()
    for peer in (Peer(bench, to_box=lambda _: []), Peer(bench, to_lock=lambda _: [])):
        with pytest.raises(NoAnswer):
            await driver(tmp_path).act(peer, command(), Clock())
    assert not bench.moves


async def test_a_wrong_key_is_silence_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_lock_talk, "ANSWER_S", 0.05)
    for flash in (
        Flash(LOCK_ID, {KID: bytes(32)}),
        Flash(bytes(8), {KID: KEY}),
        Flash(LOCK_ID, {}),
    ):
        with pytest.raises(NoAnswer):
            await driver(tmp_path).act(Peer(Bench(flash=flash)), command(), Clock())


# ── who is it? ───────────────────────────────────────────────────────────────────────────────


def flip(message: bytes) -> list[bytes]:
    return [message[:-1] + bytes((message[-1] ^ 1,))]


async def test_a_lock_that_does_not_prove_itself_is_told_nothing(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    peer = Peer(bench, to_box=flip)
    with pytest.raises(Refused, match="proof") as no:
        await door.act(peer, command(), Clock())
    assert [message[0] for message in peer.said] == [0x01]
    assert events([*no.value.messages]) == [("lock_untrusted", {"reason": "proof"})]


async def test_a_reply_that_was_touched_is_not_believed(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    peer = Peer(bench, to_box=lambda m: flip(m) if m[0] == 0x10 else [m])
    with pytest.raises(Refused, match="seal") as no:
        await door.act(peer, command(), Clock())
    assert events([*no.value.messages]) == [("lock_untrusted", {"reason": "seal"})]
    assert events(await door.act(Peer(bench), command(), Clock())) == [OPENED]
    assert bench.moves == [Op.UNLOCK]


async def test_a_boot_counter_that_ran_backwards_is_told_and_nothing_opened(
    tmp_path: Path,
) -> None:
    bench, door = Bench(flash=Flash(LOCK_ID, {KID: KEY}, 41)), driver(tmp_path)
    await door.act(Peer(bench), command(), Clock())
    copied = Bench(flash=Flash(LOCK_ID, {KID: KEY}, 40))
    with pytest.raises(Refused, match="boot_counter"):
        await door.act(Peer(copied), command(name="c-2"), Clock())
    assert not copied.moves
    untrusted = ("lock_untrusted", {"reason": "boot_counter"})
    assert untrusted in events(await door.poll(Peer(copied), Clock()))
    bench.boot()
    assert events(await door.act(Peer(bench), command(name="c-3"), Clock())) == [OPENED]


async def test_a_replayed_challenge_is_not_believed(tmp_path: Path) -> None:
    bench, door, recorded = Bench(), driver(tmp_path), list[bytes]()

    def record(message: bytes) -> list[bytes]:
        recorded.append(message)
        return [message]

    await door.act(Peer(bench, to_box=record), command(), Clock())
    peer = Peer(bench, to_box=lambda m: [recorded[0]] if m[0] == 0x02 else [m])
    with pytest.raises(Refused, match="proof"):
        await door.act(peer, command(name="c-2"), Clock())
    assert bench.moves == [Op.UNLOCK]


async def test_indications_that_come_twice_do_no_harm(tmp_path: Path) -> None:
    peer = Peer(Bench(), doubled=True)
    assert events(await driver(tmp_path).act(peer, command(), Clock())) == [OPENED]


@pytest.mark.parametrize(
    "greet", [b"", b"\x20", b"\x20\x01\x01" + bytes(8), b"\x20\x02\x02" + bytes(8), bytes(11)]
)
async def test_another_version_is_refused(greet: bytes, tmp_path: Path) -> None:
    peer = Peer(Bench(), greet=lambda _: [greet])
    with pytest.raises(Refused, match="version"):
        await driver(tmp_path).act(peer, command(), Clock())
    assert not peer.writes


async def test_wrong_proofs_that_the_lock_counted_are_told(tmp_path: Path) -> None:
    bench, door = Bench(), driver(tmp_path)
    await door.poll(Peer(bench), Clock())
    bench.told(b"\x01")
    assert events(await door.poll(Peer(bench), Clock())) == [
        ("fault_reported", {"fault": "failed_proofs"})
    ]
    assert events(await door.poll(Peer(bench), Clock())) == []


async def test_a_jammed_bolt_is_refused_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, door, moved = Bench(), driver(tmp_path), Lock.moved
    monkeypatch.setattr(Bench, "_ended", lambda b, o: b._said(moved(b.lock, o, JAMMED)))
    with pytest.raises(Refused, match="jammed") as no:
        await door.act(Peer(bench), command(), Clock())
    assert events([*no.value.messages]) == [CLOSED, ("fault_reported", {"fault": "jammed"})]


async def test_nothing_is_owed_once_a_verb_is_over(tmp_path: Path) -> None:
    door = driver(tmp_path)
    for number in range(3):
        told = events(await door.poll(Peer(Bench(seed=number), to_box=flip), Clock()))
        assert told == [("lock_untrusted", {"reason": "proof"})]


# ── its key ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("told", [KEY, KEY.hex().encode(), KEY.hex().upper().encode() + b"\n"])
async def test_a_key_is_bytes_or_hexadecimal(told: bytes, tmp_path: Path) -> None:
    door = driver(tmp_path)
    (tmp_path / "door.key").write_bytes(told)
    door = OpenLock(replace(door._seat))
    assert events(await door.act(Peer(Bench()), command(), Clock())) == [OPENED]


@pytest.mark.parametrize("told", [b"", KEY[:31], KEY + b"\n", b"secret", KEY.hex()[1:].encode()])
async def test_another_key_is_refused_and_not_shown(told: bytes, tmp_path: Path) -> None:
    seat = driver(tmp_path)._seat
    (tmp_path / "door.key").write_bytes(told)
    peer = Peer(Bench())
    with pytest.raises(Refused) as no:
        await OpenLock(seat).act(peer, command(), Clock())
    assert "secret" not in str(no.value)
    assert not peer.writes


@pytest.mark.parametrize(
    "options",
    [
        OpenLockOptions(),
        OpenLockOptions(key_file=Path("/nowhere/door.key"), lock_id=LOCK_ID.hex()),
        OpenLockOptions(key_file=Path("/"), lock_id=LOCK_ID.hex()),
    ],
)
async def test_without_a_key_it_lives_and_refuses(options: OpenLockOptions) -> None:
    door = OpenLock(Seat(device="door", options=options))
    assert isinstance(door, Acts)
    assert isinstance(door, Polls)
    for verb in (door.act(Peer(Bench()), command(), Clock()), door.poll(Peer(Bench()), Clock())):
        with pytest.raises(Refused):
            await verb


@pytest.mark.parametrize("lock_id", [None, "", "c0ffee", "xx" * 8])
async def test_without_a_good_lock_id_it_refuses(lock_id: str | None, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="lock_id"):
        await driver(tmp_path, lock_id=lock_id).act(Peer(Bench()), command(), Clock())
