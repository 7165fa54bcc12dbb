"""Faults put by hand into the box's side of a session: each is caught by what stands below."""

import json
from typing import Any

import pytest

from agent.drivers.codecs import open_lock_pieces, open_lock_session, open_lock_words
from tests.drivers.properties import flips
from tests.drivers.radio.test_open_lock_vectors import FILE
from tests.drivers.universe import broken, real

MODULES = (open_lock_pieces, open_lock_session, open_lock_words)  # ``broken`` wants them loaded
TOLD = json.loads(FILE.read_text())
DATA = TOLD["data"]

SESSION = (
    ('LABEL: Final = b"linli open lock 2"', 'LABEL: Final = b"linli open lock 1"'),
    ('hkdf(self.key, b"", self._info(b" ticket", self.kid), KEY)', "self.key"),
    ("self._info(b\" rotate\", kid)", "self._info(b\" rotate\", self.kid)"),
    ("_mac(pair.ticket_key(), greet + body)", "_mac(pair.ticket_key(), body)"),
    ("self._pair.lock_id + self._greet + self.hello", "self._greet + self.hello"),
    ("self._greet + self.hello + message[:-PROOF]", "self.hello + message[:-PROOF]"),
    ("self.hello + message[:-PROOF]", "self.hello"),
    ("self._pair.key + shared", "shared + self._pair.key"),
    ("hkdf(self._pair.key + shared, transcript,", "hkdf(self._pair.key, transcript,"),
    ("if not hmac.compare_digest(proof, chall.proof):", "if False:"),
    ("hmac.compare_digest(proof, chall.proof)", "hmac.compare_digest(proof[:4], chall.proof[:4])"),
    ("Channel(keys[KEY:], chall.boot)", "Channel(keys[KEY:], 0)"),
    ("ChaCha20Poly1305(keys[:KEY]), ChaCha20Poly1305(keys[KEY : 2 * KEY])",
     "ChaCha20Poly1305(keys[KEY : 2 * KEY]), ChaCha20Poly1305(keys[:KEY])"),
    ("data.counter != self._heard + 1", "data.counter <= self._heard"),
    ("data.counter != self._heard + 1", "False"),
    ("self._heard = data.counter", "pass"),
    ("self._sent += 1", "self._sent = 1"),
    ("spoken = isinstance(greet, Greet) and greet.suites & open_lock.CHACHA20_POLY1305",
     "spoken = True"),
    ("    except ValueError:  # OpenSSL", "    except LookupError:  # OpenSSL"),
    ("_mac(salt or bytes(hashlib.sha256().digest_size), secret)", "_mac(secret, salt)"),
    ("return iv + counter", "return iv[::-1] + counter"),
)  # fmt: skip
PIECES = (
    ("LAST: Final = 0x80", "LAST: Final = 0x40"),
    ("if piece == self._piece:", "if False:"),
    ("if whole == self._message:", "if False:"),
    ("elif number != self._next:", "elif False:"),
    ("if len(self._pending) > MOST:", "if False:"),
    ("self._next = number + 1", "self._next = number + 2"),
    ("if number == 0:", "if number == 0 and self._pending is None:"),
    ("if len(piece) > 1 else -1", "if piece else -1"),
    ("step = max(room, LEAST_ROOM) - 1", "step = room"),
)
WORDS = (
    ('struct.Struct("<B8sHI")', 'struct.Struct("<B8sIH")'),
    ('struct.Struct("<B8sBBBBBH")', 'struct.Struct(">B8sBBBBBH")'),
    ("known = op & REPLY and", "known ="),
    ("status in _STATUSES and", ""),
    ("bolt in _BOLTS and", ""),
    (" and door in _DOORS", ""),
    ("or 100 < battery < _UNKNOWN", ""),
    ("None if battery == _UNKNOWN else battery", "battery"),
    ("clock=bool(flags & _CLOCK_SET)", "clock=bool(flags)"),
    ("if len(plain) != _REPLY.size:", "if len(plain) < _REPLY.size:"),
)
LISTS = {"open_lock_session": SESSION, "open_lock_pieces": PIECES, "open_lock_words": WORDS}
MUTANTS = [(module, *pair) for module, pairs in LISTS.items() for pair in pairs]


def told(name: str) -> bytes:
    return bytes.fromhex(TOLD[name])


def session_holds(session: Any) -> None:  # noqa: ANN401  # a module of a set known at run time
    pair = session.Pair(key=told("key"), kid=1, lock_id=told("lock_id"))
    nonce, secret = told("hello")[5:21], told("box_ephemeral_secret")
    handshake = session.Handshake(pair, told("greet"), nonce, secret)
    assert handshake.hello == told("hello")
    assert not any(handshake.challenged(wrong) for wrong in flips(told("challenge")))
    for point in TOLD["refused_ephemerals"]:
        weak = told("challenge")[:22] + bytes.fromhex(point) + told("challenge")[54:]
        assert handshake.challenged(weak) is None
    channel = handshake.challenged(told("challenge"))
    assert channel.boot == TOLD["boot"]
    heard = [bytes.fromhex(one["message"]) for one in DATA if one["way"] == "lock_to_box"]
    assert channel.open(heard[1]) is None
    for one in DATA:
        message, plain = bytes.fromhex(one["message"]), bytes.fromhex(one["plain"])
        if one["way"] == "box_to_lock":
            assert channel.seal(plain) == message
        else:
            assert not any(channel.open(wrong) for wrong in flips(message))
            assert channel.open(message) == plain
            assert channel.open(message) is None
    assert pair.rotated(2, bytes.fromhex(DATA[-2]["plain"])[-32:]).key == told("rotated_key_kid_2")
    assert session.greeting(told("greet"))
    assert not session.greeting(told("greet")[:2] + b"\x02" + told("greet")[3:])


def pieces_hold(pieces: Any) -> None:  # noqa: ANN401  # same
    for name in ("hello", "challenge"):
        small = [bytes.fromhex(piece) for piece in TOLD["pieces_mtu_23"][name]]
        assert list(pieces.cut(told(name), 20)) == small
        joiner = pieces.Joiner()
        twice = [joiner.feed(piece) for piece in small for _ in (0, 1)]
        assert [message for message in twice if message] == [told(name)]
        assert not any(joiner.feed(piece) for piece in small)
        for order in ([0, 2, 1, 3], [0, 1, 3], [1, 2, 3], [3]):
            fresh = pieces.Joiner()
            assert not any(fresh.feed(small[at]) for at in order)
        begun = [joiner.feed(piece) for piece in [small[0], small[1], *small[:1], b"\x81x"]]
        assert begun == [None, None, None, small[0][1:] + b"x"]
    assert not any(map(pieces.Joiner().feed, [*pieces.cut(bytes(pieces.MOST + 1), 20)]))
    joiner = pieces.Joiner()
    assert [joiner.feed(piece) for piece in (b"\x80x", b"\x80")] == [b"x", None]


def words_hold(words: Any) -> None:  # noqa: ANN401  # same
    unlock, moving = bytes.fromhex(DATA[0]["plain"]), bytes.fromhex(DATA[1]["plain"])
    args = words.arguments([words.hold(10)])
    made = words.command(words.Op.UNLOCK, unlock[1:9], 3000, 1_780_000_000, args)
    assert made == unlock
    reply = words.reply(moving)
    assert (reply.op, reply.cmd_id, reply.status, reply.bolt) == (1, unlock[1:9], 1, 2)
    assert (reply.door, reply.battery, reply.clock, reply.failed) == (2, 87, False, 0)
    for at, value in ((0, 1), (9, 8), (10, 4), (11, 3), (12, 101)):
        assert words.reply(moving[:at] + bytes((value,)) + moving[at + 1 :]) is None
    assert words.reply(moving + b"\x00") is None
    other = words.reply(moving[:12] + b"\xff\x02\x01\x02")
    assert (other.battery, other.clock, other.failed) == (None, False, 0x0201)


CHECKS = {
    "open_lock_session": session_holds,
    "open_lock_pieces": pieces_hold,
    "open_lock_words": words_hold,
}


@pytest.mark.parametrize("module", CHECKS)
def test_as_they_are_they_hold(module: str) -> None:
    CHECKS[module](real().module(module))


@pytest.mark.parametrize(("module", "old", "new"), MUTANTS)
def test_a_broken_session_is_caught(module: str, old: str, new: str) -> None:
    with broken(module, old, new) as codecs:
        broke = codecs.module(module)
        with pytest.raises(Exception):  # noqa: B017, PT011  # a mutant may break in any way
            CHECKS[module](broke)


@pytest.mark.parametrize(("module", "old"), [(m, pairs[0][0]) for m, pairs in LISTS.items()])
def test_a_change_that_changes_nothing_is_not_caught(module: str, old: str) -> None:
    with broken(module, old, old) as codecs:
        CHECKS[module](codecs.module(module))
