"""Who of an isolated bus is there, as the core says it.

Not the worker: one that dies says nothing, and its successor begins with "first" for all of them.
What workers tell of their devices is taken as news, and said only if it is new to the box.
"""

from collections.abc import Iterable
from dataclasses import replace

from agent.config.settings import Device
from agent.model.messages import Event
from agent.supervisor.presence import FIRST, WORKER_DOWN, WORKER_UP, Presence
from agent.supervisor.state import DeviceState
from agent.supervisor.world import World


class Roll:
    def __init__(self, devices: Iterable[Device], world: World) -> None:
        self._devices = {device.id: device for device in devices}
        self._presence = {one: Presence(one, world.emit, world.now) for one in self._devices}

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._devices)

    def is_news(self, event: Event) -> bool:
        """It tells of a device's presence: give it to ``note`` and do not pass it on."""
        return event.kind in {"device_back", "device_away"} and event.device in self._presence

    def note(self, event: Event) -> None:
        presence, reason = self._presence[event.device], str(event.data.get("reason", ""))
        if event.kind == "device_away":
            presence.away(reason, event.at)
        else:
            presence.here(WORKER_UP if reason == FIRST else reason, event.at)

    def all_away(self) -> None:
        for presence in self._presence.values():
            presence.away(WORKER_DOWN)

    def settle(self) -> None:
        for presence in self._presence.values():
            presence.settle()

    def states(self, told: Iterable[DeviceState]) -> tuple[DeviceState, ...]:
        """What the worker told last, with what is known here of who is there."""
        last = {state.device: state for state in told}
        return tuple(self._state(device, last.get(one)) for one, device in self._devices.items())

    def _state(self, device: Device, told: DeviceState | None) -> DeviceState:
        presence = self._presence[device.id]
        known = told or DeviceState(device=device.id, driver=device.driver)
        return replace(known, here=presence.is_here, reason=presence.reason, since=presence.since)
