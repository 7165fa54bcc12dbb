"""Attack by attack: what is replayed, reordered, cut, changed, reflected or late opens nothing.

``Bench.moves`` is what the lock's motor did.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from agent.drivers.codecs import open_lock_words as words
from agent.drivers.codecs.open_lock_session import LABEL, Handshake, Pair, hkdf
from hwsim.devices.radio import open_lock_keys as keys
from hwsim.devices.radio.open_lock_core import (
    BAD_A_LINK,
    HELLO_BURST,
    HELLO_EACH_S,
    KEPT_IDS,
    SESSION_COMMANDS,
    SESSION_S,
    Flash,
)
from tests.drivers.properties import flips
from tests.drivers.radio.open_lock_bench import (
    KEY,
    KID,
    LOCK_ID,
    PAIR,
    VALID_MS,
    Bench,
    Op,
    Status,
    unlock,
)

Damage = Callable[[bytes], Iterator[bytes]]
UNLOCKS = [Op.UNLOCK]


def cuts(message: bytes) -> Iterator[bytes]:
    for size in range(len(message)):
        yield message[:size]


def one(damaged: Iterator[bytes], number: int) -> bytes | None:
    return next(islice(damaged, number, None), None)


damages = pytest.mark.parametrize("damage", [cuts, flips], ids=["cut", "flipped"])
"""At every byte, and at every bit."""


def test_without_an_attack_it_opens() -> None:
    bench = Bench()
    reply = bench.ask(bench.meet(), Op.UNLOCK)
    assert (reply.status, reply.bolt, bench.moves) == (Status.DONE, words.Bolt.UNLOCKED, UNLOCKS)


# ── replayed ─────────────────────────────────────────────────────────────────────────────────


def test_a_command_replayed_in_its_session_opens_nothing_and_ends_it() -> None:
    bench = Bench()
    channel = bench.meet()
    recorded = channel.seal(unlock())
    bench.told(recorded)
    assert bench.told(recorded) == []
    assert bench.told(channel.seal(unlock(cmd_id=b"cmd-id-2"))) == []
    assert bench.moves == UNLOCKS


def test_a_command_replayed_in_another_session_opens_nothing() -> None:
    bench = Bench()
    recorded = bench.meet().seal(unlock())
    bench.meet()
    assert bench.told(recorded) == []
    assert not bench.moves


def test_a_recorded_unlock_opens_nothing_later_though_all_of_the_session_is_replayed() -> None:
    bench = Bench()
    handshake = bench.handshake()
    (challenge,) = bench.told(handshake.hello)
    channel = handshake.challenged(challenge)
    assert channel
    recorded = channel.seal(unlock())
    bench.told(recorded)
    bench.link()
    bench.lock.greet()
    assert bench.told(handshake.hello) == []
    assert bench.told(recorded) == []
    assert bench.moves == UNLOCKS


def test_a_recorded_hello_is_good_for_one_greeting_only() -> None:
    bench = Bench()
    hello = bench.handshake().hello
    assert bench.told(hello)
    assert bench.told(hello) == []
    bench.lock.greet()
    assert bench.told(hello) == []
    assert bench.lock.failed == 2


def test_a_hello_without_a_greeting_read_before_is_nothing() -> None:
    bench = Bench()
    hello = bench.handshake().hello
    bench.link()
    assert bench.told(hello) == []


def test_a_recorded_challenge_is_not_believed_in_another_session() -> None:
    bench = Bench()
    (recorded,) = bench.told(bench.handshake().hello)
    assert bench.handshake().challenged(recorded) is None


def test_a_recorded_reply_is_not_believed_again() -> None:
    bench = Bench()
    channel = bench.meet()
    moving, done = bench.told(channel.seal(unlock()))
    assert channel.open(moving)
    assert channel.open(moving) is None
    assert channel.open(done)
    assert bench.meet().open(done) is None


# ── reordered, cut, changed ──────────────────────────────────────────────────────────────────


def test_commands_in_another_order_open_nothing() -> None:
    bench = Bench()
    channel = bench.meet()
    first, second = (channel.seal(unlock(cmd_id=name)) for name in (b"cmd-id-1", b"cmd-id-2"))
    assert bench.told(second) == []
    assert bench.told(first) == []
    assert not bench.moves


def test_replies_in_another_order_are_not_believed() -> None:
    bench = Bench()
    channel = bench.meet()
    moving, done = bench.told(channel.seal(unlock()))
    assert channel.open(done) is None
    assert channel.open(moving)


@damages
def test_a_damaged_command_opens_nothing_and_ends_the_session(damage: Damage) -> None:
    bench = Bench()
    for number in count():
        bench.link()
        bench.now += HELLO_EACH_S
        channel = bench.meet()
        wrong = one(damage(channel.seal(unlock())), number)
        if wrong is None:
            break
        assert bench.told(wrong) == []
        if wrong[:1] == b"\x10":
            assert bench.told(channel.seal(unlock())) == []
    assert number > 30
    assert not bench.moves


@damages
def test_a_damaged_hello_gets_no_answer(damage: Damage) -> None:
    bench = Bench()
    for number in count():
        bench.link()
        wrong = one(damage(bench.handshake().hello), number)
        if wrong is None:
            break
        assert bench.told(wrong) == []
    assert number > 60


@damages
def test_a_damaged_challenge_is_not_believed(damage: Damage) -> None:
    bench = Bench()
    handshake = bench.handshake()
    (challenge,) = bench.told(handshake.hello)
    assert not any(handshake.challenged(wrong) for wrong in damage(challenge))
    assert handshake.challenged(challenge)


@damages
def test_a_damaged_reply_is_not_believed(damage: Damage) -> None:
    bench = Bench()
    channel = bench.meet()
    moving, _ = bench.told(channel.seal(unlock()))
    assert not any(channel.open(wrong) for wrong in damage(moving))
    assert channel.open(moving)


@damages
def test_a_damaged_greeting_lets_nobody_in(damage: Damage) -> None:
    """Changed on the way, it is not what the lock said: the ticket does not hold."""
    bench = Bench()
    for number in count():
        bench.link()
        wrong = one(damage(bench.lock.greet()), number)
        if wrong is None:
            break
        hello = Handshake(PAIR, wrong, bytes(16), bytes(range(32))).hello
        assert bench.told(hello) == []


@pytest.mark.parametrize("tail", [b"\x00", bytes(16)])
def test_bytes_behind_a_message_make_it_none(tail: bytes) -> None:
    bench = Bench()
    assert bench.told(bench.handshake().hello + tail) == []
    channel = bench.meet()
    assert bench.told(channel.seal(unlock()) + tail) == []
    assert not bench.moves


# ── late ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("late_ms", "opens"), [(0, True), (VALID_MS, True), (VALID_MS + 1, False)])
def test_a_command_held_up_beyond_its_validity_opens_nothing(late_ms: int, opens: bool) -> None:
    bench = Bench()
    channel = bench.meet()
    bench.now += late_ms / 1000
    reply = bench.ask(channel, Op.UNLOCK)
    assert bench.moves == UNLOCKS * opens
    assert reply.status is (Status.DONE if opens else Status.EXPIRED)


def test_a_command_without_validity_opens_nothing() -> None:
    bench = Bench()
    assert bench.ask(bench.meet(), Op.UNLOCK, valid_ms=0).status is Status.EXPIRED
    assert not bench.moves


def test_a_late_command_may_be_given_anew() -> None:
    """It was not carried out, so its cmd_id is not used up."""
    bench = Bench()
    channel = bench.meet()
    bench.now += 10
    assert bench.ask(channel, Op.UNLOCK).status is Status.EXPIRED
    assert bench.ask(bench.meet(), Op.UNLOCK).status is Status.DONE


@pytest.mark.parametrize(("clock", "opens"), [(None, True), (999.0, True), (1001.0, False)])
def test_a_lock_with_a_clock_also_holds_the_date(clock: float | None, opens: bool) -> None:
    bench = Bench(clock=clock, has_clock=True)
    bench.ask(bench.meet(), Op.UNLOCK, not_after=1000)
    assert bench.moves == UNLOCKS * opens


def test_a_session_ends_after_a_minute() -> None:
    bench = Bench()
    channel = bench.meet()
    bench.now += SESSION_S + 0.001
    assert bench.told(channel.seal(unlock(valid_ms=60_000))) == []
    bench.now = 100.0  # nor does it come to life again
    assert bench.told(channel.seal(unlock(valid_ms=60_000))) == []
    assert not bench.moves


def test_a_session_carries_so_many_commands_and_no_more() -> None:
    bench = Bench()
    channel = bench.meet()
    for number in range(SESSION_COMMANDS):
        bench.ask(channel, Op.STATE, bytes((number,)) * 8)
    assert bench.told(channel.seal(unlock())) == []
    assert not bench.moves


# ── somebody else ────────────────────────────────────────────────────────────────────────────

STRANGERS = {
    "wrong key": replace(PAIR, key=bytes(32)),
    "wrong lock": replace(PAIR, lock_id=bytes(8)),
    "unknown kid": replace(PAIR, kid=2),
}
strangers = pytest.mark.parametrize("pair", STRANGERS.values(), ids=STRANGERS)


@strangers
def test_a_stranger_gets_no_answer(pair: Pair) -> None:
    bench = Bench()
    assert bench.told(bench.handshake(pair).hello) == []
    assert bench.lock.failed == 1


@pytest.mark.parametrize(
    ("key", "lock_id", "believed"),
    [(KEY, LOCK_ID, True), (bytes(32), LOCK_ID, False), (KEY, bytes(8), False)],
)
def test_an_impostor_that_lets_everybody_in_is_not_believed(
    key: bytes, lock_id: bytes, believed: bool
) -> None:
    bench, secret = Bench(), bytes(range(1, 33))
    handshake = bench.handshake()
    body = b"\x02\x02" + bytes(16) + b"\x01\x00\x00\x00" + keys.public(secret)
    shared = keys.agree(secret, handshake.hello[21:53])
    assert shared
    said = bench.lock._greet + handshake.hello + body
    proof = keys.Seals(key + shared, lock_id, said).proof
    assert bool(handshake.challenged(body + proof)) is believed


def test_a_ticket_of_one_kid_does_not_serve_another() -> None:
    bench = Bench(flash=Flash(LOCK_ID, {KID: KEY, 2: KEY}))
    hello = bytearray(bench.handshake().hello)
    hello[3] = 2
    assert bench.told(bytes(hello)) == []


def test_two_kids_with_one_key_have_sessions_of_their_own() -> None:
    bench = Bench(flash=Flash(LOCK_ID, {KID: KEY, 2: KEY}))
    other = replace(PAIR, kid=2)
    stranger = bench.meet(other).seal(unlock())
    bench.meet()
    assert bench.told(stranger) == []
    assert not bench.moves


def test_a_command_for_one_lock_opens_no_other() -> None:
    """The same key on both, against the rules: the lock's id still tells them apart."""
    bench, other = Bench(), Bench(flash=Flash(bytes(8), {KID: KEY}), seed=1)
    command = bench.meet().seal(unlock())
    other.meet(replace(PAIR, lock_id=bytes(8)))
    assert other.told(command) == []
    assert not other.moves


def test_reflected_messages_are_nothing() -> None:
    bench = Bench()
    handshake = bench.handshake()
    (challenge,) = bench.told(handshake.hello)
    channel = handshake.challenged(challenge)
    assert channel
    assert handshake.challenged(handshake.hello) is None
    command = channel.seal(unlock())
    assert channel.open(command) is None
    moving, _ = bench.told(command)
    assert bench.told(moving) == []
    assert bench.told(challenge) == []
    assert bench.moves == UNLOCKS


def test_a_key_of_small_order_is_refused_even_with_a_good_ticket() -> None:
    """What a box with a broken random generator, or a thief of K, might send."""
    bench = Bench()
    hello = bench.handshake().hello[:21] + bytes(32)
    greet = bench.lock._greet
    ticket = hmac.digest(PAIR.ticket_key(), greet + hello, "sha256")[:8]
    assert bench.told(hello + ticket) == []
    assert bench.lock.failed == 1


def test_the_ephemeral_keys_are_what_opens_a_recording() -> None:
    """K alone is not enough to read what was said: other ephemeral keys, other secrets."""
    bench = Bench()
    handshake = bench.handshake()
    (challenge,) = bench.told(handshake.hello)
    command = handshake.challenged(challenge)
    assert command
    recorded = command.seal(unlock())
    said = LABEL + LOCK_ID + handshake._greet + handshake.hello + challenge[:-16]
    made = hkdf(KEY + bytes(32), hashlib.sha256(said).digest(), LABEL + b" session", 112)
    nonce = made[96:104] + recorded[1:5]
    with pytest.raises(InvalidTag):
        ChaCha20Poly1305(made[32:64]).decrypt(nonce, recorded[6:], recorded[:6])


# ── too many ─────────────────────────────────────────────────────────────────────────────────


def test_hellos_of_strangers_never_cost_the_owner_his_turn() -> None:
    bench = Bench()
    for _ in range(1000):
        bench.link()
        bench.told(bench.handshake(STRANGERS["wrong key"]).hello)
    bench.link()
    assert bench.ask(bench.meet(), Op.UNLOCK).status is Status.DONE
    assert bench.lock.failed == 1000


def test_three_wrong_tickets_end_a_link_and_close_the_lock_for_a_moment() -> None:
    bench = Bench()
    for _ in range(BAD_A_LINK):
        assert not bench.hung_up
        bench.told(bench.handshake(STRANGERS["wrong key"]).hello)
    assert bench.hung_up == 1
    assert bench.lock.closed_for(bench.now) == 1.0
    assert bench.lock.closed_for(bench.now + 1.0) == 0.0


def test_the_lock_is_never_closed_for_longer_than_eight_seconds() -> None:
    bench, closed = Bench(), list[float]()
    for _ in range(12):
        bench.link()
        for _ in range(BAD_A_LINK):
            bench.told(bench.handshake(STRANGERS["wrong key"]).hello)
        closed.append(bench.lock.closed_for(bench.now))
        bench.now += closed[-1]
    assert closed == [1, 2, 4] + [8] * 9


def test_one_good_hello_or_a_quiet_minute_makes_it_patient_again() -> None:
    bench = Bench()

    def attacked() -> float:
        bench.link()
        for _ in range(BAD_A_LINK):
            bench.told(bench.handshake(STRANGERS["wrong key"]).hello)
        return bench.lock.closed_for(bench.now)

    assert [attacked(), attacked()] == [1, 2]
    bench.meet()
    assert [attacked(), attacked()] == [1, 2]
    bench.now += 61
    assert attacked() == 1


def test_good_hellos_are_bounded_by_the_minute() -> None:
    bench = Bench()
    answered = [bool(bench.told(bench.handshake().hello)) for _ in range(HELLO_BURST + 5)]
    assert answered == [True] * HELLO_BURST + [False] * 5
    bench.now += HELLO_EACH_S
    assert bench.told(bench.handshake().hello)
    assert not bench.told(bench.handshake().hello)


# ── twice ────────────────────────────────────────────────────────────────────────────────────


def test_the_same_command_after_a_lost_link_moves_nothing_twice() -> None:
    bench = Bench()
    bench.told(bench.meet().seal(unlock()))  # its replies are lost
    bench.link()
    reply = bench.ask(bench.meet(), Op.UNLOCK)
    assert (reply.status, reply.bolt) == (Status.DUPLICATE, words.Bolt.UNLOCKED)
    assert bench.moves == UNLOCKS


def test_nor_after_the_lock_was_started_anew() -> None:
    """The motor pulled the battery down: what was begun is on record before it began."""
    bench = Bench(slow=True)
    bench.told(bench.meet().seal(unlock()))
    bench.boot()
    assert bench.ask(bench.meet(), Op.UNLOCK).status is Status.DUPLICATE
    assert bench.moves == UNLOCKS


def test_a_retry_while_the_bolt_still_moves_waits_for_it() -> None:
    bench = Bench(slow=True)
    bench.told(bench.meet().seal(unlock()))
    bench.link()
    channel = bench.meet()
    (moving,) = bench.replies(channel, bench.told(channel.seal(unlock())))
    (done,) = bench.replies(channel, bench.rest())
    assert (moving.status, done.status) == (Status.MOVING, Status.DONE)
    assert bench.moves == UNLOCKS


def test_another_command_while_the_bolt_moves_is_refused() -> None:
    bench = Bench(slow=True)
    channel = bench.meet()
    bench.replies(channel, bench.told(channel.seal(unlock())))
    assert bench.ask(channel, Op.LOCK, b"cmd-id-2").status is Status.BUSY
    assert bench.moves == UNLOCKS


def test_the_last_commands_are_remembered() -> None:
    bench = Bench()
    for number in range(KEPT_IDS):
        bench.now += HELLO_EACH_S
        bench.ask(bench.meet(), Op.UNLOCK, bytes((number,)) * 8)
    for number in range(KEPT_IDS):
        bench.now += HELLO_EACH_S
        reply = bench.ask(bench.meet(), Op.UNLOCK, bytes((number,)) * 8)
        assert reply.status is Status.DUPLICATE
    assert len(bench.moves) == KEPT_IDS


# ── keys and clocks ──────────────────────────────────────────────────────────────────────────

SEED = bytes(range(100, 132))
NEW = words.arguments([(words.Arg.KID, b"\x02\x00"), (words.Arg.SEED, SEED)])


def test_a_new_key_takes_the_place_of_the_old_one_once_it_was_used() -> None:
    bench, new = Bench(), PAIR.rotated(2, SEED)
    assert bench.ask(bench.meet(), Op.ROTATE_KEY, args=NEW).status is Status.DONE
    bench.boot()
    assert bench.ask(bench.meet(), Op.UNLOCK, b"cmd-id-2").status is Status.DONE  # still good
    assert bench.ask(bench.meet(new), Op.UNLOCK, b"cmd-id-3").status is Status.DONE
    assert bench.told(bench.handshake().hello) == []
    assert bench.ask(bench.meet(new), Op.UNLOCK, b"cmd-id-4").status is Status.DONE


def test_the_kid_in_use_is_not_given_a_new_key() -> None:
    bench = Bench()
    args = words.arguments([(words.Arg.KID, b"\x01\x00"), (words.Arg.SEED, SEED)])
    assert bench.ask(bench.meet(), Op.ROTATE_KEY, args=args).status is Status.UNSUPPORTED
    assert bench.flash.keys == {KID: KEY}


@pytest.mark.parametrize("has_clock", [True, False])
def test_time_is_told_to_a_lock_that_has_a_clock(has_clock: bool) -> None:
    bench = Bench(has_clock=has_clock)
    args = words.arguments([words.time(1_780_000_000, 2)])
    reply = bench.ask(bench.meet(), Op.SET_TIME, args=args)
    assert reply.status is (Status.DONE if has_clock else Status.UNSUPPORTED)
    assert bench.lock.set_clock == (1_780_000_000 if has_clock else None)


@pytest.mark.parametrize(
    "args", [b"\x63\x00", b"\x01", b"\x01\x02\x05", b"\x01\x01\x05", b"\x01\x02\x05\x00" * 2]
)
def test_what_a_lock_does_not_understand_it_does_not_do(args: bytes) -> None:
    bench = Bench()
    assert bench.ask(bench.meet(), Op.UNLOCK, args=args).status is Status.UNSUPPORTED
    assert not bench.moves


@pytest.mark.parametrize("op", [0, 6, 0x81])
def test_an_unknown_command_moves_nothing(op: int) -> None:
    bench = Bench()
    channel = bench.meet()
    plain = bytes((op,)) + unlock()[1:]
    (reply,) = bench.told(channel.seal(plain))
    opened = channel.open(reply)
    assert opened
    assert opened[9] == Status.UNSUPPORTED
    assert not bench.moves


def test_a_battery_that_is_nearly_flat_starts_no_movement() -> None:
    bench = Bench(battery=2)
    assert bench.ask(bench.meet(), Op.UNLOCK).status is Status.WEAK
    assert not bench.moves
