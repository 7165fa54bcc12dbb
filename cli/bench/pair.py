"""A full RS-485 pair: how much of the wire's time goes to polls, and how long a door waits."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import fmean, median

from cli.bench.figure import Figure
from cli.drill.room import Room
from cli.world import World

FIGURES = ("pair_polls_pct", "pair_unlock_exchanges")
SENSORS, BOARD = 19, 20
BAUD, TURNAROUND_S = 9600, 0.03
SECONDS, DOORS = 30.0, 40
CODE, READER, LOCK = "LINLI-BENCH-RESIDENT", "reader", "board"

SILENCE_NS = 3.5 * 10 / BAUD * 1e9
"""After an answer, before the next question: Modbus over serial line V1.02, 2.5.1.1."""


@dataclass(frozen=True, slots=True)
class Exchanges:
    """When questions were written and answers had come, boot time in nanoseconds."""

    asked: list[int]
    answered: list[int]

    @property
    def seconds(self) -> float:
        return (self.asked[-1] - self.asked[0]) / 1e9

    @property
    def one_ns(self) -> float:
        """What one takes at the least: question, thought and answer as they were, and silence."""
        pairs = zip(self.asked, self.answered, strict=False)
        return fmean(answered - asked for asked, answered in pairs) + SILENCE_NS


@dataclass(frozen=True, slots=True)
class Wait:
    """Of a door: how long, and how many questions to others were begun meanwhile."""

    ms: float
    begun: int


def measure(directory: Path) -> Iterator[Figure]:
    room = Room(directory)
    with room.world(_scenario()) as world, room.agent(_config()) as agent:
        room.wait_here(LOCK, *_sensors())
        since = len(world.truth)
        time.sleep(SECONDS)
        pair = _exchanges(world, since)
        waits = [wait for turn in range(DOORS) if (wait := _door(world, turn)) is not None]
        agent.stop()
    how = (
        f"{SENSORS} Modbus meters and a lock board on one pair at {BAUD} baud, each wanted every "
        f"50 ms; they think for {TURNAROUND_S * 1000:.0f} ms"
    )
    allowed, done = pair.seconds * 1e9 / pair.one_ns, len(pair.asked) - 1
    yield Figure(
        figure="pair_polls_pct",
        value=100 * done / allowed,
        unit="%",
        goal=95,
        op=">=",
        how=f"{done} polls in {pair.seconds:.1f} s of the {allowed:.0f} that wire time, turnaround "
        f"and the protocol's silence of 3.5 characters allow, by the simulator's clock: "
        f"{pair.one_ns / 1e6:.1f} ms each; {how}",
    )
    longest = max((wait.ms for wait in waits), default=float("inf"))
    yield Figure(
        figure="pair_unlock_exchanges",
        value=max((wait.begun for wait in waits), default=float("inf")),
        unit="1",
        goal=1,
        op="<=",
        how=f"{len(waits)} of {DOORS} doors: questions to others begun between the code's last "
        f"byte at the gate and the unlock's first on the pair; it waited "
        f"{median(wait.ms for wait in waits):.0f} ms (median), {longest:.0f} ms at most; {how}",
    )


def _exchanges(world: World, since: int) -> Exchanges:
    """Those that were answered."""
    asked, answered = list[int](), list[int]()
    for line in world.lines(since):
        if line.get("truth") == "asked":
            del asked[len(answered) :]
            asked.append(line["mono_ns"])
        elif line.get("truth") == "emitted" and len(asked) > len(answered):
            answered.append(line["mono_ns"])
    return Exchanges(asked, answered)


def _door(world: World, turn: int) -> Wait | None:
    """None if the lock was never told."""
    since = len(world.truth)
    time.sleep(0.2 + 0.0137 * (turn % 10))  # at any moment of the exchange before
    world.tell(do="show", device=READER, code=CODE)
    told = world.wait_for(
        lambda line: line.get("device") == LOCK and line.get("what") == "open", 5, since=since
    )
    said = world.wait_for(
        lambda line: line.get("truth") == "emitted" and line.get("device") == READER, 5, since=since
    )
    if told is None or said is None:
        return None
    span = range(said["mono_ns"], told["mono_ns"])
    asked = (line for line in world.lines(since) if line.get("truth") == "asked")
    return Wait(len(span) / 1e6, sum(line["mono_ns"] in span for line in asked))


def _sensors() -> list[str]:
    return [f"meter-{address}" for address in range(1, SENSORS + 1)]


def _scenario() -> str:
    devices = "".join(
        f'[[device]]\nid = "{name}"\nsim = "noise_485"\nbus = "pair"\naddress = {address}\n'
        f"options = {{ turnaround_s = {TURNAROUND_S} }}\n"
        for address, name in enumerate(_sensors(), 1)
    )
    return f"""
[[bus]]
id = "pair"
baud = {BAUD}
rs485 = true
chunk_ms = 1
[[bus]]
id = "gate"
chunk_ms = 1
[[device]]
id = "{READER}"
sim = "gm65"
bus = "gate"
[[device]]
id = "{LOCK}"
sim = "lock_8a"
bus = "pair"
address = {BOARD}
options = {{ turnaround_s = {TURNAROUND_S}, closes_after_s = 0.0, unsolicited = false }}
{devices}"""


def _config() -> str:
    devices = "".join(
        f'[[device]]\nid = "{name}"\ndriver = "noise-485"\nbus = "pair"\naddress = {address}\n'
        f"every = 0.05\n"
        for address, name in enumerate(_sensors(), 1)
    )
    return f"""
schema_version = 1
[site]
gateway = "bench-box"
[store]
dir = "${{LINLI_STATE}}"
[health]
socket = "${{LINLI_STATE}}/agent.sock"
[[bus]]
id = "pair"
port = "${{LINLI_RUN}}/pair"
baud = {BAUD}
gap = 0.0
[[bus]]
id = "gate"
port = "${{LINLI_RUN}}/gate"
[[device]]
id = "{READER}"
driver = "gm65"
bus = "gate"
[[device]]
id = "{LOCK}"
driver = "lock-8a"
bus = "pair"
address = {BOARD}
priority = 1
{devices}
[[stage]]
id = "allow"
use = "allow"
inputs = ["{READER}"]
[stage.options]
door = "gate"
target = "{LOCK}"
action = "open"
again_s = 0.0
[[stage.options.codes]]
name = "resident"
sha256 = "{sha256(CODE.encode()).hexdigest()}"
"""
