"""Drafts without faults become settings.  Keys have the same names in both."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agent.config import schema, settings
from agent.config.checks.addresses import normal
from agent.config.checks.cameras import CAMERA_FILES, loop_of
from agent.config.checks.scope import Scope
from agent.config.checks.sync import SYNC_FILES, VALIDITY, zoned
from agent.config.credentials import path_of
from agent.config.paths import state_dir
from agent.config.tables import Item
from agent.model.places import Place

_URGENT = 1  # the priority of what opens doors, unless the file says another


def build(scope: Scope, environ: Mapping[str, str], digest: str) -> settings.Box:
    """Only to be called when there are no faults."""
    tables, state = scope.tables, state_dir(environ)
    return settings.Box(
        site=_site(tables.site.draft),
        buses=tuple(_bus(scope, bus) for bus in tables.buses),
        devices=tuple(_device(scope, device) for device in tables.devices),
        cameras=tuple(_camera(camera.draft, environ) for camera in tables.cameras),
        stages=tuple(_stage(scope, stage) for stage in tables.stages),
        clock=_clock(tables.clock.draft),
        store=_store(tables.store.draft, state),
        vision=settings.Vision(**_given(tables.vision.draft)),
        sync=_sync(tables.sync.draft, environ),
        health=settings.Health(socket=Path(tables.health.draft.socket or state / "agent.sock")),
        keys=tuple(_key(scope, key, environ) for key in tables.keys),
        digest=digest,
    )


def _given(draft: schema.Draft) -> dict[str, Any]:
    """What the person wrote; for the rest settings has the defaults."""
    return {name: value for name, value in draft if value is not None}


def _site(draft: schema.Site) -> settings.Site:
    given = _given(draft)
    return settings.Site(**{**given, "place": _place(draft.place) or Place()})


def _place(draft: schema.Place | None) -> Place | None:
    return None if draft is None else Place(**_given(draft))


def _bus(scope: Scope, bus: Item[schema.Bus]) -> settings.Bus:
    """Baud and format are those of its devices, unless the file says others."""
    for _, offer in scope.seats(bus):
        return settings.Bus(**{"baud": offer.baud, "format": offer.format, **_given(bus.draft)})
    return settings.Bus(**{"baud": 9600, **_given(bus.draft)})


def _device(scope: Scope, device: Item[schema.Device]) -> settings.Device:
    given, offer = _given(device.draft), scope.offer(device)
    if offer is not None and offer.urgent:
        given = {"priority": _URGENT, **given}
    outputs = tuple(settings.Output(**_given(output)) for output in device.draft.outputs or ())
    place, options = _place(device.draft.place), scope.options[device.key]
    given |= {"address": normal(device.draft.address)}
    return settings.Device(**{**given, "place": place, "outputs": outputs, "options": options})


def _camera(draft: schema.Camera, environ: Mapping[str, str]) -> settings.Camera:
    given = _given(draft)
    files = {name: path_of(given[name], environ) for name in CAMERA_FILES if name in given}
    loop = None if draft.loop is None else loop_of(draft.loop)
    place = _place(draft.place)
    return settings.Camera(**{**given, **files, "loop": loop, "place": place})


def _stage(scope: Scope, stage: Item[schema.Stage]) -> settings.Stage:
    return settings.Stage(**{**_given(stage.draft), "options": scope.options[stage.key]})


def _clock(draft: schema.Clock) -> settings.Clock:
    given = _given(draft)
    return settings.Clock(**{**given, "simulate": Path(draft.simulate) if draft.simulate else None})


def _store(draft: schema.Store, state: Path) -> settings.Store:
    keep = MappingProxyType(dict(draft.keep_days or {}))
    return settings.Store(**{**_given(draft), "dir": Path(draft.dir or state), "keep_days": keep})


def _sync(draft: schema.Sync, environ: Mapping[str, str]) -> settings.Sync:
    given = _given(draft)
    files = {name: path_of(given[name], environ) for name in SYNC_FILES if name in given}
    return settings.Sync(**{**given, **files})


def _key(scope: Scope, key: Item[schema.Key], environ: Mapping[str, str]) -> settings.Key:
    given = _given(key.draft)
    file = path_of(given["file"], environ)
    moments = {name: zoned(scope, given[name]) for name in VALIDITY if name in given}
    return settings.Key(**{**given, **moments, "file": file})
