"""Agent and city are killed at random, again and again, while readings pour in."""

import random
import time
from contextlib import ExitStack

from cli.drill import texts
from cli.drill.room import Finding, Room
from cli.drill.uplink import (
    SEAL_S,
    Account,
    Doors,
    account,
    both,
    drained,
    granted,
    silence_s,
)
from cli.town import Town
from cli.world import Agent

KILLS = 10  # of each version of MQTT
PER_S = 1000
START_S = 4.0


def drill(room: Room) -> Finding:
    return both(room, _story)


def _story(room: Room, town: Town) -> Finding:
    config = texts.config(more=town.tables())
    dice = random.Random(11)  # noqa: S311  # the same drill each time
    with room.world(texts.scenario()) as world, ExitStack() as agents:
        doors = Doors(world)
        agent = agents.enter_context(room.agent(config))
        room.wait_here(*texts.DEVICES)
        world.tell(do="flood", device=texts.MAKER, per_s=PER_S, seconds=600)
        killed = {"agent": 0, "city": 0}
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.3, 2.5))
            doors.open()
            whom = dice.choice(("agent", "city"))
            killed[whom] += 1
            if whom == "city":
                town.city.kill()
                town.city.start()
            else:
                agent = _killed(room, agent, config, agents)
        world.tell(do="flood", device=texts.MAKER, per_s=1, seconds=0.1)
        box = drained(room, world, 90)
        agent.stop()
    return _finding(town, account(box, town), doors, killed)


def _killed(room: Room, agent: Agent, config: str, agents: ExitStack) -> Agent:
    agent.kill()
    again = agents.enter_context(room.agent(config))
    room.wait_here(texts.READER, texts.RELAY)
    return again


def _finding(town: Town, seen: Account, doors: Doors, killed: dict[str, int]) -> Finding:
    silent_s, bound_s = silence_s(town), SEAL_S + START_S
    scanned = len(town.events("code_scanned"))
    lost = seen.missing_urgent + max(0, doors.shown - scanned)
    return Finding(
        ok=seen.whole
        and lost == 0
        and scanned == doors.shown
        and doors.slowest_s < 1
        and silent_s <= bound_s,
        sent=seen.sent,
        arrived=seen.arrived,
        lost_urgent=lost,
        lost_bulk_s=silent_s,
        bound_s=bound_s,
        duplicated=seen.doubled,
        more={
            "killed": killed,
            "doors": doors.shown,
            "granted": granted(town),
            "slowest_door_s": round(doors.slowest_s, 3),
            "missing_bulk": seen.missing_bulk,
            "holes": seen.holes,
        },
        how="ten SIGKILLs with each version of MQTT, of the agent or the city by dice, at 1000 "
        "readings a second; a code is shown before each; lost_bulk_s is the longest silence of a "
        "device at the city: what was not sealed, and the agent's start",
    )
