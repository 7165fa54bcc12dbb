"""Every id is well formed and there once; every name that stands for something exists."""

from collections.abc import Iterable, Iterator

from agent.config import schema
from agent.config.checks.scope import Scope
from agent.config.faults import Key, show
from agent.config.suggest import near
from agent.config.tables import Item
from agent.model.kinds import KINDS
from agent.model.places import ID


def check_names(scope: Scope) -> None:
    _ids(scope)
    _points(scope)
    tables = scope.tables
    buses = [bus.draft.id for bus in tables.buses if bus.draft.id is not None]
    for device in tables.devices:
        _exists(scope, (*device.key, "bus"), device.draft.bus, buses)
        _exists(scope, (*device.key, "driver"), device.draft.driver, scope.catalogue.drivers)
    for stage in tables.stages:
        _exists(scope, (*stage.key, "use"), stage.draft.use, scope.catalogue.stages)
    for kind in tables.store.draft.keep_days or {}:
        if kind not in KINDS:
            key = (*tables.store.key, "keep_days", kind)
            scope.notes.add(key, "unknown_kind", name=kind, meant=near(kind, KINDS))


_UNKNOWN = {"bus": "unknown_bus", "driver": "unknown_driver", "use": "unknown_stage"}


def _exists(scope: Scope, key: Key, name: str | None, names: Iterable[str]) -> None:
    if name is not None and name not in (known := list(names)):
        scope.notes.add(key, _UNKNOWN[str(key[-1])], name=name, meant=near(name, known))


def _ids(scope: Scope) -> None:
    """Gateway, buses, devices, cameras, stages share no id: a message names each alone."""
    taken: dict[str, str] = {}
    for key, value in _all_ids(scope):
        if not ID.match(value):
            scope.notes.add(key, "id_form", value=show(value))
        elif value in taken:
            scope.notes.add(key, "id_taken", id=value, other=taken[value])
        taken.setdefault(value, _owner(key))


def _owner(key: Key) -> str:
    return f"[[{key[0]}]] #{key[1] + 1}" if isinstance(key[1], int) else f"[{key[0]}]"


def _all_ids(scope: Scope) -> Iterator[tuple[Key, str]]:
    site = scope.tables.site
    if site.draft.gateway is not None:
        yield (*site.key, "gateway"), site.draft.gateway
    tables = scope.tables
    named: list[Item[schema.Named]] = [*tables.buses, *tables.devices, *tables.cameras]
    for item in (*named, *tables.stages):
        if item.draft.id is not None:
            yield (*item.key, "id"), item.draft.id


def _points(scope: Scope) -> None:
    """One device or camera per point: two series under one name could never be told apart again."""
    taken: dict[str, str | None] = {}
    for device in scope.sources:
        point, key = device.draft.point, (*device.key, "point")
        if point is None:
            continue
        if not ID.match(point):
            scope.notes.add(key, "id_form", value=show(point))
        elif point in taken:
            scope.notes.add(key, "point_taken", point=point, other=taken[point])
        taken.setdefault(point, device.draft.id)
