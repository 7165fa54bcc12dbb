"""Commands that are late, replayed, forged or somebody else's open nothing; no clock is needed."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.drill import texts
from cli.drill.acts import relay_is_off
from cli.drill.forger import Forger, fate
from cli.drill.room import Finding, Room
from cli.drill.uplink import both, connected
from cli.town import Town
from cli.world import World, until

NO_CLOCK = '[clock]\nsources = ["rtc"]\n'
"""And there is none: the box knows no time, whatever the platform says."""

FLIPS = 12  # with the others fewer than the thirty refusals that a box puts on record in a row
GOOD = 4


@dataclass(frozen=True, slots=True)
class Round:
    """Refusals by reason: those to be expected, and those that the box counted."""

    wanted: Counter[str]
    told: Counter[str]
    knows: bool  # what time it is
    good: str  # the end of a command of the city itself


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    """The same with a box that does not know the time, and with one that does.  In this order: a
    box remembers what its clock stood on in the same boot."""
    dice = random.Random(13)  # noqa: S311  # the same drill each time
    with room.world(texts.scenario()) as world, Forger(town) as forger:
        rounds = [_round(room, town, forger, clock, dice) for clock in (NO_CLOCK, "")]
    return _finding(town, world, rounds)


def _round(room: Room, town: Town, forger: Forger, clock: str, dice: random.Random) -> Round:
    wanted = Counter[str]()
    forger.say(forger.seal(forger.body(nonce="from-another-day")), retain=True)
    wanted["retained"] += 1  # at the first connection; the broker's copy is then taken away
    with room.agent(texts.config(more=town.tables(more="most_s = 3.0\n") + clock)) as agent:
        room.wait_here(*texts.DEVICES)
        connected(room)
        forger.say(b"", retain=True)
        wanted["retained" if town.protocol == "5" else "format"] += 1  # 3.1.1 hides the flag
        forger.hello()
        time.sleep(3)
        recorded = forger.seal(forger.body())
        forger.say(recorded)
        for reason, payload in _bad(forger, recorded, dice):
            wanted[reason] += 1
            forger.say(payload)
        forger.say(forger.seal(forger.body()))
        good = town.command(texts.RELAY, "pulse", "channel=1", "ms=100")
        time.sleep(2)
        _again(room, town, forger, recorded)
        wanted["nonce"] += 1
        forger.say(forger.seal(forger.body()))
        told = _refused(room, wanted)
        known = room.status()["clock"]["utc"]
        time.sleep(2)
        agent.stop()
    return Round(wanted, told, known is not None, str(good.get("state")))


def _bad(forger: Forger, recorded: bytes, dice: random.Random) -> Iterator[tuple[str, bytes]]:
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
    yield "signature", forger.seal(forger.body(), prefix=b"")
    yield "signature", forger.seal(forger.body()).replace(b"Ed25519", b"none")
    for _ in range(FLIPS):
        payload = _flipped(forger.seal(forger.body()), dice)
        yield fate(payload), payload
    yield "format", b"\x00 open the door"
    yield "format", b'{"kid":"city-1"}'
    yield "format", forger.seal({"id": "no-more"})


def _flipped(payload: bytes, dice: random.Random) -> bytes:
    """One bit anywhere but in the last letter of the signature, of which four bits mean nothing."""
    flipped = bytearray(payload)
    flipped[dice.randrange(len(payload) - 5)] ^= 1 << dice.randrange(8)
    return bytes(flipped)


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


def _finding(town: Town, world: World, rounds: list[Round]) -> Finding:
    moved = sum(
        1
        for line in world.lines()
        if line.get("device") == texts.RELAY and line.get("what") == "on"
    )
    at_city = Counter(line["data"]["reason"] for line in town.events("command_rejected"))
    wanted = sum((each.wanted for each in rounds), Counter[str]())
    done, good = len(town.events("command_done")), GOOD * len(rounds)
    return Finding(
        ok=moved == done == good
        and all(each.told == each.wanted and each.good == "done" for each in rounds)
        and at_city == wanted
        and [each.knows for each in rounds] == [False, True]
        and relay_is_off(world),
        sent=good + wanted.total(),
        arrived=done + at_city.total(),
        lost_urgent=max(0, wanted.total() - at_city.total()),
        more={
            "relay_moved": moved,
            "good": good,
            "done": done,
            "refused": [dict(sorted(each.told.items())) for each in rounds],
            "expected": [dict(sorted(each.wanted.items())) for each in rounds],
            "box_knows_the_time": [each.knows for each in rounds],
        },
        how="a forger with the platform's rights at the broker and its key: retained, repeated, "
        "late, held back, from the future, another nonce, another box's, unknown key, stranger's "
        "key, another algorithm, not for this purpose, a bit flipped anywhere, garbage, queued "
        "while the box was away, recorded before a reconnect; the relay may move for the good ones "
        "only, one of them the city's own; once with a box that does not know the time, once with "
        "one that does",
    )
