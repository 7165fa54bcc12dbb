"""docs/open-lock/vectors.json: made by a third program, reproduced by the box and by the lock."""

import json
from pathlib import Path

import pytest

from agent.drivers.codecs import open_lock_pieces
from agent.drivers.codecs.open_lock_session import Handshake, Pair
from hwsim.devices.radio.open_lock_core import Do, Flash, Lock, Look, Say
from hwsim.devices.radio.open_lock_frames import pieces
from hwsim.devices.radio.open_lock_keys import agree, rotated
from hwsim.devices.radio.open_lock_orders import DONE, LOCK, LOCKED, TURNING, UNLOCKED
from tests.drivers.radio import open_lock_reference

FILE = Path(__file__).resolve().parents[3] / "docs" / "open-lock" / "vectors.json"
TOLD = json.loads(FILE.read_text())
PAIR = Pair(key=bytes.fromhex(TOLD["key"]), kid=TOLD["kid"], lock_id=bytes.fromhex(TOLD["lock_id"]))


def told(name: str) -> bytes:
    return bytes.fromhex(TOLD[name])


def handshake() -> Handshake:
    nonce = told("hello")[5:21]
    return Handshake(PAIR, told("greet"), nonce, told("box_ephemeral_secret"))


def test_the_file_is_what_the_reference_makes() -> None:
    assert FILE.read_text() == open_lock_reference.text()


def test_the_box_says_and_believes_it() -> None:
    assert handshake().hello == told("hello")
    channel = handshake().challenged(told("challenge"))
    assert channel
    assert channel.boot == TOLD["boot"]
    for data in TOLD["data"]:
        plain, message = bytes.fromhex(data["plain"]), bytes.fromhex(data["message"])
        if data["way"] == "box_to_lock":
            assert channel.seal(plain) == message, data["note"]
        else:
            assert channel.open(message) == plain, data["note"]


def test_the_lock_says_and_believes_it() -> None:
    """Its random bytes are those of the file, in the order in which it draws them."""
    drawn = iter([told("greet")[3:], told("lock_ephemeral_secret"), told("challenge")[2:18]])
    bolt = LOCKED
    flash = Flash(PAIR.lock_id, {PAIR.kid: PAIR.key}, TOLD["boot"] - 1)
    lock = Lock(flash, lambda _: next(drawn), lambda: Look(bolt=bolt, battery=87))
    lock.linked()
    assert lock.greet() == told("greet")
    (challenge,) = lock.told(told("hello"), 0.0)
    assert isinstance(challenge, Say)
    assert challenge.message == told("challenge")
    answers = [bytes.fromhex(d["message"]) for d in TOLD["data"] if d["way"] == "lock_to_box"]
    said = list[bytes]()
    for data in TOLD["data"]:
        if data["way"] == "lock_to_box":
            continue
        outcomes = lock.told(bytes.fromhex(data["message"]), 1.0)
        if data["note"].startswith(("unlock", "lock")):
            bolt = TURNING
        for outcome in outcomes:
            if isinstance(outcome, Say):
                said.append(outcome.message)
            elif isinstance(outcome, Do):
                bolt = LOCKED if outcome.order.op == LOCK else UNLOCKED
                for ended in lock.moved(outcome.order, DONE):
                    assert isinstance(ended, Say)
                    said.append(ended.message)
    assert said == answers
    assert flash.keys[2] == told("rotated_key_kid_2")


def test_the_new_key_is_the_same_on_both_sides() -> None:
    seed = bytes.fromhex(TOLD["data"][-2]["plain"])[-32:]
    assert PAIR.rotated(2, seed).key == told("rotated_key_kid_2")
    made = rotated(PAIR.key, seed, b"\x02\x00", PAIR.lock_id)
    assert made == told("rotated_key_kid_2")


@pytest.mark.parametrize("name", ["hello", "challenge"])
def test_pieces_are_cut_alike(name: str) -> None:
    small = [bytes.fromhex(piece) for piece in TOLD["pieces_mtu_23"][name]]
    assert list(open_lock_pieces.cut(told(name), 20)) == small
    assert pieces(told(name), 20) == small
    assert max(map(len, small)) == 20


def test_at_a_large_mtu_it_is_one_piece() -> None:
    (whole,) = TOLD["pieces_mtu_247"]["hello"]
    assert [piece.hex() for piece in open_lock_pieces.cut(told("hello"), 244)] == [whole]
    assert [piece.hex() for piece in pieces(told("hello"), 244)] == [whole]


@pytest.mark.parametrize("point", TOLD["refused_ephemerals"])
def test_points_of_small_order_are_refused_by_both(point: str) -> None:
    weak = bytes.fromhex(point)
    assert agree(told("lock_ephemeral_secret"), weak) is None
    challenge = told("challenge")
    assert handshake().challenged(challenge[:22] + weak + challenge[54:]) is None
