"""The whole file as drafts: each table on its own, so that a fault in one hides none in another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from agent.config import schema
from agent.config.catalogue import Catalogue, StageOffer
from agent.config.faults import Key, Notes
from agent.config.migrations import VERSION
from agent.config.suggest import inner_tables, keys, near
from agent.config.validate import Elsewhere, draft

D_co = TypeVar("D_co", bound=schema.Draft, covariant=True)
M = TypeVar("M", bound=schema.Draft)

ONCE: Mapping[str, type[schema.Draft]] = {
    "site": schema.Site,
    "clock": schema.Clock,
    "store": schema.Store,
    "vision": schema.Vision,
    "sync": schema.Sync,
    "health": schema.Health,
}
MANY: Mapping[str, type[schema.Draft]] = {
    "bus": schema.Bus,
    "device": schema.Device,
    "camera": schema.Camera,
    "stage": schema.Stage,
    "key": schema.Key,
}
TABLES: Mapping[str, type[schema.Draft]] = {**ONCE, **MANY}


@dataclass(frozen=True, slots=True)
class Item(Generic[D_co]):
    """One table of the file, as far as it could be read.  ``raw`` is what the person wrote."""

    key: Key
    draft: D_co
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tables:
    site: Item[schema.Site]
    clock: Item[schema.Clock]
    store: Item[schema.Store]
    vision: Item[schema.Vision]
    sync: Item[schema.Sync]
    health: Item[schema.Health]
    buses: tuple[Item[schema.Bus], ...]
    devices: tuple[Item[schema.Device], ...]
    cameras: tuple[Item[schema.Camera], ...]
    stages: tuple[Item[schema.Stage], ...]
    keys: tuple[Item[schema.Key], ...]


def read_tables(table: Mapping[str, Any], catalogue: Catalogue, notes: Notes) -> Tables:
    """Everything that can be read; what cannot is in ``notes``."""
    reader = _Reader(table, catalogue, notes, _written(table, notes))
    return Tables(
        site=reader.once(schema.Site, "site"),
        clock=reader.once(schema.Clock, "clock"),
        store=reader.once(schema.Store, "store"),
        vision=reader.once(schema.Vision, "vision"),
        sync=reader.once(schema.Sync, "sync"),
        health=reader.once(schema.Health, "health"),
        buses=tuple(reader.many(schema.Bus, "bus")),
        devices=tuple(reader.many(schema.Device, "device")),
        cameras=tuple(reader.many(schema.Camera, "camera")),
        stages=tuple(reader.many(schema.Stage, "stage")),
        keys=tuple(reader.many(schema.Key, "key")),
    )


def _written(table: Mapping[str, Any], notes: Notes) -> dict[str, str]:
    """How each table is named in this file: [[devices]] is told once, then read as [[device]]."""
    names = {name: name for name in TABLES}
    for name in table:
        if name in TABLES or name == VERSION or notes.broken((name,)):
            continue
        meant = near(name, [*TABLES, VERSION])
        if name in _ELSEWHERE[""]:
            notes.add((name,), "misplaced_key", name=name, where=_ELSEWHERE[""][name])
        else:
            notes.add((name,), "unknown_table", name=name, meant=meant)
        if meant and meant in TABLES and meant not in table:
            names[meant] = name
    return names


@dataclass(frozen=True, slots=True)
class _Reader:
    table: Mapping[str, Any]
    catalogue: Catalogue
    notes: Notes
    written: Mapping[str, str]

    def once(self, model: type[M], name: str) -> Item[M]:
        key = (self.written[name],)
        raw = self.table.get(key[0], {})
        if isinstance(raw, dict):
            return self._item(model, name, raw, key)
        self.notes.add(key, "table_once", name=name)
        return Item(key, model(), {})

    def many(self, model: type[M], name: str) -> Iterator[Item[M]]:
        key = (self.written[name],)
        raws = self.table.get(key[0], [])
        if not isinstance(raws, list) or not all(isinstance(raw, dict) for raw in raws):
            self.notes.add(key, "table_many", name=name)
            return
        for index, raw in enumerate(raws):
            yield self._item(model, name, raw, (*key, index))

    def _item(self, model: type[M], name: str, raw: Mapping[str, Any], key: Key) -> Item[M]:
        other = {**_ELSEWHERE[name], **self._option_keys(name, raw)}
        read = draft(model, raw, key, self.notes, other)
        self._required(model, raw, key)
        for own, inner in inner_tables(model):
            for at, one in _tables_in(raw.get(own)):
                self._required(inner, one, (*key, own, *at))
        return Item(key, read, raw)

    def _required(self, model: type, raw: Mapping[str, Any], key: Key) -> None:
        for name in model.REQUIRED if issubclass(model, schema.Draft) else ():
            if name not in raw and not self.notes.broken((*key, name)):
                self.notes.add((*key, name), "missing", name=name)

    def _option_keys(self, name: str, raw: Mapping[str, Any]) -> Elsewhere:
        """The options of this table's own driver or stage, which people put beside it."""
        offers: Mapping[str, StageOffer] = {}
        if name == "device":
            offers = self.catalogue.drivers
        elif name == "stage":
            offers = self.catalogue.stages
        offer = offers.get(str(raw.get("driver" if name == "device" else "use")))
        own = set(keys(TABLES[name]))
        return {key: "options" for key in keys(offer.options) if key not in own} if offer else {}


def _tables_in(value: object) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    if isinstance(value, dict):
        yield (), value
    elif isinstance(value, list):
        yield from (((at,), one) for at, one in enumerate(value) if isinstance(one, dict))


def _elsewhere(name: str) -> Elsewhere:
    """Keys that do not belong into table ``name``, but into another: key -> where."""
    found: dict[str, str] = {}
    for table, model in TABLES.items():
        if table != name:
            header = f"[[{table}]]" if table in MANY else f"[{table}]"
            found |= {key: header for key in keys(model) if key not in _COMMON}
    if name:
        for own, inner in inner_tables(TABLES[name]):
            found |= {key: own for key in keys(inner) if key not in _COMMON}
    mine = keys(TABLES[name]) if name else ()
    return {key: where for key, where in found.items() if key not in mine}


_COMMON = ("id", "name", "note")  # say nothing about where they belong
_ELSEWHERE: Mapping[str, Elsewhere] = {name: _elsewhere(name) for name in ("", *TABLES)}
