"""Commands that are late, replayed, forged or somebody else's open nothing; no clock is needed."""

import time
from collections import Counter
from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.drill import texts
from cli.drill.forger import Forger
from cli.drill.room import Finding, Room
from cli.drill.uplink import both, connected
from cli.town import Town
from cli.world import World, until

CLOCK = '[clock]\nsources = ["rtc"]\n'
"""And there is none: the box knows no time, whatever the platform says."""

FLIPS = 8
GOOD = 3


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    wanted = Counter[str]()
    with room.world(texts.scenario()) as world, Forger(town) as forger:
        forger.say(forger.seal(forger.body(nonce="from-another-day")), retain=True)
        wanted["retained"] += 1  # at the first connection; the broker's copy is then taken away
        with room.agent(texts.config(more=town.tables(more="most_s = 3.0\n") + CLOCK)) as agent:
            room.wait_here(*texts.DEVICES)
            connected(room)
            forger.say(b"", retain=True)
            wanted["retained" if town.protocol == "5" else "format"] += 1  # 3.1.1 hides the flag
            forger.hello()
            time.sleep(3)
            recorded = forger.seal(forger.body())
            forger.say(recorded)
            for reason, payload in _bad(forger, recorded):
                wanted[reason] += 1
                forger.say(payload)
            forger.say(forger.seal(forger.body()))
            time.sleep(2)
            _again(room, town, forger, recorded)
            wanted["nonce"] += 1
            forger.say(forger.seal(forger.body()))
            told = _refused(room, wanted)
            known = room.status()["clock"]["utc"]
            time.sleep(2)
            agent.stop()
    return _finding(town, world, wanted, told, knows=known is not None)


def _bad(forger: Forger, recorded: bytes) -> Iterator[tuple[str, bytes]]:
    """One after the other, signed at the moment when it is asked for."""
    yield "repeat", recorded
    yield "expired", forger.seal(forger.body(age_ms=0, ttl_ms=1000))
    held = forger.seal(forger.body(ttl_ms=1500))
    time.sleep(3)
    yield "expired", held
    yield "expired", forger.seal(forger.body(age_ms=10_000_000))
    yield "nonce", forger.seal(forger.body(nonce="made-up"))
    yield "gateway", forger.seal(forger.body(gateway="another-box"))
    yield "key", forger.seal(forger.body(), kid="nobody")
    yield "signature", forger.seal(forger.body(), key=Ed25519PrivateKey.generate())
    for flip in range(FLIPS):
        yield "signature", _flipped(forger, flip)
    yield "format", b"\x00 open the door"
    yield "format", b'{"kid":"city-1"}'
    yield "format", forger.seal({"id": "no-more"})


def _flipped(forger: Forger, turn: int) -> bytes:
    """One bit of the body's text, after it was signed; the envelope itself stays JSON."""
    payload = bytearray(forger.seal(forger.body()))
    digits = [at for at, byte in enumerate(payload) if byte in b"02468" and at > 60]
    payload[digits[turn * len(digits) // (2 * FLIPS)]] ^= 1
    return bytes(payload)


def _again(room: Room, town: Town, forger: Forger, recorded: bytes) -> None:
    """The line falls: what the broker might have queued is not there, and an old nonce is dead."""
    town.proxy.refuse()
    until(lambda: not room.status()["sync"]["up"], 20, 0.1)
    forger.say(forger.seal(forger.body()))
    time.sleep(1)
    town.proxy.restore()
    connected(room, 60)
    forger.hello()
    time.sleep(1)
    forger.say(recorded)


def _refused(room: Room, wanted: Counter[str]) -> Counter[str]:
    """By reason, as the box counts them."""

    def told() -> Counter[str]:
        rejected = room.status()["sync"]["rejected"]
        return Counter({each["result"]: each["count"] for each in rejected})

    until(lambda: told() == wanted, 15, 0.1)
    return told()


def _finding(
    town: Town, world: World, wanted: Counter[str], told: Counter[str], *, knows: bool
) -> Finding:
    moved = sum(
        1
        for line in world.lines()
        if line.get("device") == texts.RELAY and line.get("what") == "on"
    )
    at_city = Counter(line["data"]["reason"] for line in town.events("command_rejected"))
    done = len(town.events("command_done"))
    return Finding(
        ok=moved == GOOD and done == GOOD and told == wanted and at_city == wanted and not knows,
        sent=GOOD + wanted.total(),
        arrived=done + at_city.total(),
        lost_urgent=max(0, wanted.total() - at_city.total()),
        more={
            "relay_moved": moved,
            "good": GOOD,
            "done": done,
            "refused": dict(sorted(told.items())),
            "expected": dict(sorted(wanted.items())),
            "box_knows_the_time": knows,
        },
        how="a forger with the platform's rights at the broker and its key: retained, repeated, "
        "late, held back, from the future, another nonce, another box's, unknown key, stranger's "
        "key, bits flipped, garbage, queued while the box was away, recorded before a reconnect; "
        "the relay may move for the three good ones only; the box knows no time",
    )
