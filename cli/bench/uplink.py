"""The way to the city: how fast, how soon, and how many bytes.

Box, broker, city and simulator share the machine.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from cli.bench.figure import Figure
from cli.drill import texts
from cli.drill.backlog import alarms, fill, stored
from cli.drill.room import Cannot, Room
from cli.drill.uplink import GATEWAY, connected, pending
from cli.net.mosquitto import program
from cli.town import Town
from cli.world import until

FIGURES = (
    "city_rps",
    "catchup_rps",
    "urgent_behind_backlog_s",
    "first_data_s",
    "payload_b_per_reading",
)
LIVE_S, LIVE_PER_S = 20.0, 25_000
BACKLOG = 1_000_000
OUTAGE_S = 60.0
PATIENT = "most_s = 5.0\n"
"""A box that was never connected tries less and less often; here the line is what is measured."""


def measure(directory: Path) -> Iterator[Figure]:
    if program() is None:
        raise Cannot("there is no mosquitto here: apt-get install mosquitto 需要 mosquitto")
    yield _city_rps(directory / "live")
    yield from _backlog(directory / "backlog")
    yield _first_data(directory / "outage")
    yield _payload(directory / "payload")


def _room(directory: Path) -> Room:
    directory.mkdir()
    return Room(directory)


def _fast() -> str:
    return texts.scenario().replace("baud = 115200", "baud = 0")


def _city_rps(directory: Path) -> Figure:
    room = _room(directory)
    with (
        Town(directory / "town", GATEWAY) as town,
        room.world(_fast()) as world,
        room.agent(texts.config(more=town.tables())) as agent,
    ):
        room.wait_here(texts.MAKER)
        connected(room)
        world.tell(do="flood", device=texts.MAKER, per_s=LIVE_PER_S, seconds=LIVE_S + 15)
        time.sleep(4)
        before, began = town.rows(), time.monotonic()
        time.sleep(LIVE_S)
        rows, seconds = town.rows() - before, time.monotonic() - began
        behind = pending(room) or 0
        agent.stop()
    return Figure(
        figure="city_rps",
        value=rows / seconds,
        unit="/s",
        goal=20_000,
        op=">=",
        how=f"{LIVE_PER_S} JSON lines a second on a pseudo-terminal, rows that the city committed "
        f"in {LIVE_S:.0f} s; {behind} readings without its word at the end",
    )


def _backlog(directory: Path) -> Iterator[Figure]:
    room = _room(directory)
    with (
        Town(directory / "town", GATEWAY) as town,
        room.world(_fast()) as world,
        room.agent(texts.config(more=town.tables(more=PATIENT), again_s=0.0)) as agent,
    ):
        room.wait_here(*texts.DEVICES)
        town.proxy.refuse()
        fill(room, world, BACKLOG)
        waited = alarms(room, town, world, 10, 0.5)
        town.proxy.refuse()
        town.proxy.limit(None)
        left = stored(room) - town.rows()
        before = town.rows()
        town.proxy.restore()
        until(lambda: town.rows() > before + 1000, 60, 0.01)
        first, began = town.rows(), time.monotonic()
        until(lambda: pending(room) == 0, 120, 0.05)
        rows, seconds = town.rows() - first, time.monotonic() - began
        agent.stop()
    yield Figure(
        figure="urgent_behind_backlog_s",
        value=max(waited, default=float("inf")),
        unit="s",
        goal=2,
        op="<=",
        how=f"a backlog of {BACKLOG} readings on a line of 1 Mbit/s, {len(waited)} codes shown; "
        "the slowest, from the box's stamp of the event to the city's commit",
    )
    yield Figure(
        figure="catchup_rps",
        value=rows / seconds,
        unit="/s",
        goal=30_000,
        op=">=",
        how=f"{left} readings stored before, as fast as it goes, in {seconds:.1f} s",
    )


def _first_data(directory: Path) -> Figure:
    room = _room(directory)
    with (
        Town(directory / "town", GATEWAY) as town,
        room.world(texts.scenario()),
        room.agent(texts.config(more=town.tables())) as agent,
    ):
        room.wait_here(texts.MAKER)
        connected(room)
        took = list[float]()
        for _ in range(2):
            time.sleep(11)  # ``healthy_s`` is 10
            town.broker.stop()
            time.sleep(OUTAGE_S)
            before = town.rows()
            town.broker.start()
            began = time.monotonic()
            until(lambda: town.rows() > before, 60, 0.02)  # noqa: B023  # used at once
            took.append(time.monotonic() - began)
        agent.stop()
    return Figure(
        figure="first_data_s",
        value=max(took),
        unit="s",
        goal=5,
        op="<=",
        how=f"the broker is away for {OUTAGE_S:.0f} s, twice; from its return to the first new row "
        f"at the city: {', '.join(f'{each:.1f}' for each in took)} s",
    )


PAYLOAD_S = 150.0
SEALS_S = (30.0, 15.0)


def _payload(directory: Path) -> Figure:
    """3.7 readings a second: two noise meters, one air box of five values, four tilt sensors."""
    found = list[float]()
    directory.mkdir()
    with ExitStack() as stack:
        rooms = [_room(directory / f"seal-{seal_s:.0f}") for seal_s in SEALS_S]
        for room, seal_s in zip(rooms, SEALS_S, strict=True):
            stack.enter_context(room.world(_COMMUNITY))
            stack.enter_context(room.agent(_community(seal_s)))
        time.sleep(PAYLOAD_S)
        found = [_bytes_per_reading(room) for room in rooms]
    return Figure(
        figure="payload_b_per_reading",
        value=found[0],
        unit="B",
        goal=8,
        op="<=",
        how=f"about 3.7 readings a second of seven simulated devices for {PAYLOAD_S:.0f} s, with "
        f"seal_s = 30; with the default of 15 s it is {found[1]:.1f} B",
    )


def _bytes_per_reading(room: Room) -> float:
    """Without the first blocks, which the devices' coming cut short."""
    link = sqlite3.connect(f"file:{room.state / 'journal.db'}?mode=ro", uri=True)
    try:
        size, readings = link.execute(
            "SELECT sum(length(payload)), sum(n) FROM block WHERE first_seq >"
            " (SELECT max(first_seq) FROM block WHERE n < 20)"
        ).fetchone()
    finally:
        link.close()
    return float(size or 0) / (readings or 1)


_AIR = "{ pm2_5 = 35.0, pm10 = 60.0, temperature = 21.0, humidity = 55.0, co2 = 600.0 }"
_TILT = "{ tilt_x = 1.2, tilt_y = 0.8, tilt_z = 0.1 }"
_TOLD = {"air-1": _AIR, **{f"tilt-{n}": _TILT for n in range(1, 5)}}
"""Boxes that tell all their values every ten seconds."""

_COMMUNITY = (
    '[world]\nseed = 5\n[[bus]]\nid = "noise"\n'
    + "".join(f'[[bus]]\nid = "{name}-wire"\nbaud = 115200\n' for name in _TOLD)
    + "".join(
        f'[[device]]\nid = "noise-{n}"\nsim = "noise_485"\nbus = "noise"\naddress = {n}\n'
        for n in (1, 2)
    )
    + "".join(
        f'[[device]]\nid = "{name}"\nsim = "jsonl"\nbus = "{name}-wire"\n'
        f"[device.options]\nevery_s = 10.0\nquantities = {values}\n"
        for name, values in _TOLD.items()
    )
)


def _community(seal_s: float) -> str:
    buses = "".join(
        f'[[bus]]\nid = "{wire}"\nport = "${{LINLI_RUN}}/{wire}"\n'
        for wire in ("noise", *(f"{name}-wire" for name in _TOLD))
    )
    noise = "".join(
        f'[[device]]\nid = "noise-{n}"\ndriver = "noise-485"\nbus = "noise"\naddress = {n}\n'
        for n in (1, 2)
    )
    told = "".join(
        f'[[device]]\nid = "{name}"\ndriver = "jsonl"\nbus = "{name}-wire"\n' for name in _TOLD
    )
    return f"""
schema_version = 1
[site]
gateway = "bench-box"
[store]
dir = "${{LINLI_STATE}}"
seal_s = {seal_s}
[health]
socket = "${{LINLI_STATE}}/agent.sock"
{buses}{noise}{told}"""
