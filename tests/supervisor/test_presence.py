from dataclasses import dataclass, field

import pytest

from agent.model.messages import Event, Message
from agent.model.time import Stamp
from agent.supervisor.damper import HOUR_NS, Damper
from agent.supervisor.presence import Presence


@dataclass
class Scene:
    mono_ns: int = 0
    said: list[Message] = field(default_factory=list)

    def now(self) -> Stamp:
        return Stamp("boot", self.mono_ns)

    def presence(self, most: int = 10) -> Presence:
        return Presence("scale", self.said.append, self.now, Damper(most))

    @property
    def words(self) -> list[tuple[str, dict[str, object]]]:
        return [(e.kind, dict(e.data)) for e in self.said if isinstance(e, Event)]


def test_each_turn_is_said_once() -> None:
    scene = Scene()
    presence = scene.presence()
    presence.here()
    presence.here()
    presence.away("no_answer")
    presence.away("wire_down")
    presence.here("heard")
    assert scene.words == [
        ("device_back", {"reason": "first"}),
        ("device_away", {"reason": "no_answer"}),
        ("device_back", {"reason": "heard"}),
    ]


def test_the_first_contact_is_the_first_even_after_it_was_missed() -> None:
    scene = Scene()
    presence = scene.presence()
    presence.away("wire_down")
    presence.here()
    assert scene.words[-1] == ("device_back", {"reason": "first"})


def test_one_log_line_each(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    presence = Scene().presence()
    for _ in range(3):
        presence.here()
    for _ in range(3):
        presence.away("silent")
    assert [record.getMessage() for record in caplog.records] == [
        "scale is back (first)",
        "scale is away (silent)",
    ]


def test_a_flapping_device_is_damped_and_its_last_state_is_said_at_last() -> None:
    scene = Scene()
    presence = scene.presence(most=2)
    for _ in range(50):
        presence.here()
        presence.away("no_answer")
    presence.here()
    assert len(scene.said) == 2
    assert scene.words[-1][0] == "device_away"
    presence.settle()
    assert len(scene.said) == 2
    scene.mono_ns = HOUR_NS // 2
    presence.settle()
    presence.settle()
    assert scene.words[2:] == [("device_back", {"reason": "answered", "damped": 50})]


def test_what_came_and_went_unsaid_needs_no_word() -> None:
    scene = Scene()
    presence = scene.presence(most=1)
    presence.here()
    presence.away("no_answer")
    presence.here()
    scene.mono_ns = HOUR_NS
    presence.settle()
    assert [kind for kind, _ in scene.words] == ["device_back"]


def test_the_event_tells_when_it_happened_not_when_it_was_said() -> None:
    scene = Scene()
    presence = scene.presence(most=1)
    presence.here()
    scene.mono_ns = 5
    presence.away("silent")
    scene.mono_ns = HOUR_NS
    presence.settle()
    assert scene.said[-1].at.mono_ns == 5
