"""What waited in a converter or a kernel while nothing came is no weight of now."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from agent.drivers.base import Listens, Talks
from agent.drivers.register import REGISTER
from agent.drivers.scales.fresh import DRAIN_NS, PAUSE_NS, Fresh
from agent.model.messages import Event, Message
from agent.model.time import Stamp
from agent.pipeline.settle import Settle, SettleOptions
from hwsim.devices.register import SIMS
from hwsim.devices.scales.deck import Shown
from hwsim.devices.scales.scale import Scale
from tests.drivers.wires import build

SECOND = 1_000_000_000
KEPT, PORTION = 4095, 1024  # the kernel's buffer, and what one receive gives


class Standing:
    """All that a simulated scale needs to say how it shows a weight."""

    dice = None
    now = 0.0


def frame_of(sim: str) -> Callable[[float], bytes]:
    device = SIMS[sim].build(Standing(), SIMS[sim].options())
    assert isinstance(device, Scale)
    return lambda kg: device.render(Shown(kg, stable=True, over=False))


TALKERS: Mapping[str, tuple[Callable[[float], bytes], Mapping[str, Any]]] = {
    "yaohua": (frame_of("yaohua"), {}),
    "scale-line": (frame_of("scale_line"), {}),
    "yaohua-a12e": (frame_of("yaohua_a12e"), {}),
    "toledo": (frame_of("toledo"), {}),
    "yaohua-equals": (frame_of("yaohua_equals"), {"order": "reversed", "confirmed_kg": 5.0}),
}
every = pytest.mark.parametrize("name", sorted(TALKERS))


def test_every_continuous_scale_is_here() -> None:
    scales = {m.name for m in REGISTER.values() if m.measures == ("weight",) and not m.shares}
    assert scales == set(TALKERS)


def at(seconds: float) -> Stamp:
    return Stamp("boot", int(seconds * SECOND))


def stalled(name: str) -> list[Message]:
    """A scale at 5 kg for two seconds, twenty seconds of deafness, then 1 kg for two seconds."""
    frame, options = TALKERS[name]
    driver = build(name, **options)
    assert isinstance(driver, Listens)
    messages = list[Message]()
    for tick in range(20):
        messages += driver.heard(frame(0.0 if tick < 10 else 5.0), at(tick / 10))
    old = (frame(5.0) * KEPT)[:KEPT]
    for number, begin in enumerate(range(0, KEPT, PORTION)):
        messages += driver.heard(old[begin : begin + PORTION], at(22 + number / 1000))
    for tick in range(20):
        messages += driver.heard(frame(1.0), at(22.1 + tick / 10))
    return messages


@every
def test_a_burst_after_silence_gives_no_stale_weight(name: str) -> None:
    late = [m for m in stalled(name) if m.at.mono_ns >= 21 * SECOND]
    assert late
    assert {getattr(m, "value", None) for m in late} == {1.0}
    assert min(m.at.mono_ns for m in late) <= 22 * SECOND + DRAIN_NS + SECOND // 10


@every
def test_nobody_is_credited_for_it(name: str) -> None:
    settle = Settle("settle", SettleOptions(frames=2, hold_s=0.0))
    armed = Settle("settle", SettleOptions(frames=2, hold_s=0.0, zero_first=False))
    messages = stalled(name)
    weighed = [e.data["weight"] for m in messages for e in settle(m) if isinstance(e, Event)]
    assert weighed == [5.0]  # before it; the pan was not seen empty since
    late = [m for m in messages if m.at.mono_ns >= 21 * SECOND]
    assert [e.data["weight"] for m in late for e in armed(m) if isinstance(e, Event)] == [1.0]


@every
def test_a_pause_longer_than_silence_is_what_the_supervisor_calls_away(name: str) -> None:
    driver = build(name)
    assert isinstance(driver, Talks)
    assert driver.silence > (PAUSE_NS + DRAIN_NS) / SECOND


@every
def test_some_frames_late_are_still_of_now(name: str) -> None:
    """An adapter that holds bytes back for half a second is no reason to drop them."""
    frame, options = TALKERS[name]
    driver = build(name, **options)
    assert isinstance(driver, Listens)
    assert driver.heard(frame(2.0) * 2, at(0))
    for tick in range(1, 10):
        assert list(driver.heard(frame(2.0) * 5, at(tick / 2)))


def test_a_slow_talker_is_believed_but_not_its_backlog() -> None:
    fresh = Fresh()
    assert fresh.of("a", at(0)) == "a"
    for second in (2, 4, 6):
        assert not fresh.of("", at(second - 0.01))  # half a line
        assert fresh.of("a", at(second)) == "a"
    assert fresh.of("abcdefgh", at(30)) == ()
    assert fresh.of("i", at(30.01)) == ()
    assert fresh.of("j", at(32)) == ()  # it spoke thrice since the pause: not known to be slow
    assert fresh.of("k", at(34)) == "k"


def test_the_first_that_is_ever_heard_is_believed() -> None:
    assert Fresh().of("abc", at(1000)) == "abc"
