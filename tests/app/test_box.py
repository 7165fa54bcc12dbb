"""The whole box on real wires: a bag is weighed, a door is opened, a crash is survived."""

from pathlib import Path

import pytest

from cli.drill import kill_mid_pulse, texts
from cli.drill.acts import deposit, opens
from cli.drill.room import Room, doubled, events, readings
from cli.world import until

pytestmark = pytest.mark.timeout(120)


def test_from_the_wire_to_the_journal(tmp_path: Path) -> None:
    room = Room(tmp_path)
    with room.world(texts.scenario()) as world, room.agent(texts.config()) as agent:
        assert room.wait_here(*texts.DEVICES)
        kg = deposit(world, 3.2)
        assert opens(world) is not None
        assert opens(world, texts.STRANGER) is None
        assert until(lambda: bool(events(room.records(), "weighing")), 20, 0.5)
        assert agent.stop() == 0
    records = room.records()
    assert [line["data"]["weight"] for line in events(records, "weighing")] == [kg]
    assert len(events(records, "access_granted")) == 1
    assert len(events(records, "access_denied")) == 1
    assert readings(records, texts.MAKER)
    assert doubled(records) == 0
    assert events(records, "agent_started")
    assert events(records, "agent_stopped")


def test_a_relay_is_put_to_rest_after_a_crash(tmp_path: Path) -> None:
    assert kill_mid_pulse.drill(Room(tmp_path)).ok
