"""From a file to settings, or to all that is wrong with it.

bytes → text → table → present version → variables → drafts → options → checks → settings
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.config import schema, settings
from agent.config.build import build
from agent.config.catalogue import Catalogue, StageOffer
from agent.config.checks import CHECKS
from agent.config.checks.scope import Scope
from agent.config.expansion import expand_all
from agent.config.faults import ConfigError, Key, Notes
from agent.config.locate import locate
from agent.config.migrations import migrate
from agent.config.option_files import look_for_files, resolve
from agent.config.secret_keys import refuse_secrets
from agent.config.tables import Item, Tables, read_tables
from agent.config.toml import MOST_BYTES, decode, parse
from agent.config.validate import options


def load(
    path: Path, catalogue: Catalogue, environ: Mapping[str, str], *, look: bool = False
) -> settings.Box:
    """The settings of ``path``.  ConfigError with every fault, in the order of the file.

    ``environ`` fills ``${NAME}``.  Reads that one file and nothing else; with ``look`` it is also
    a fault if a file that an option names is not there, or not its owner's alone.
    """
    notes = Notes()
    data = _bytes(path, notes)
    read = parse(decode(data, notes), notes)
    scope = None if notes.fatal else _scope(read.table, catalogue, environ, notes)
    if scope is not None and look:
        look_for_files(scope)
    if scope is None or notes:
        raise ConfigError(tuple(notes.told(path, locate(read.text).of, read.table)))
    return build(scope, environ, hashlib.sha256(data).hexdigest())


def _bytes(path: Path, notes: Notes) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        notes.stop((), "unreadable", line=0, why=error.strerror)
        return b""


def _scope(
    table: dict[str, Any], catalogue: Catalogue, environ: Mapping[str, str], notes: Notes
) -> Scope | None:
    """None if the rest of the file cannot be judged."""
    table = migrate(table, notes)
    if notes.fatal:
        return None
    refuse_secrets(table, notes)
    tables = read_tables(expand_all(table, environ, notes), catalogue, notes)
    scope = Scope(tables, catalogue, dict(_options(tables, catalogue, environ, notes)), notes)
    for check in CHECKS:
        check(scope)
    return scope


def _options(
    tables: Tables, catalogue: Catalogue, environ: Mapping[str, str], notes: Notes
) -> Iterator[tuple[Key, object]]:
    for device in tables.devices:
        offer = catalogue.drivers.get(device.draft.driver or "")
        raw = _resolved(device, environ, notes)
        yield device.key, _chosen(offer, device.draft.options, raw, device.key, notes)
    for stage in tables.stages:
        use = catalogue.stages.get(stage.draft.use or "")
        raw = _resolved(stage, environ, notes)
        yield stage.key, _chosen(use, stage.draft.options, raw, stage.key, notes)


def _resolved(
    item: Item[schema.Device] | Item[schema.Stage], environ: Mapping[str, str], notes: Notes
) -> Mapping[str, Any]:
    """The table with its options' files as paths."""
    given = item.draft.options
    if not given:
        return item.raw
    return {**item.raw, "options": resolve(given, (*item.key, "options"), environ, notes)}


def _chosen(
    offer: StageOffer | None,
    given: Mapping[str, Any] | None,
    raw: Mapping[str, Any],
    key: Key,
    notes: Notes,
) -> object:
    """The options of one device or stage; None if they, or their driver, cannot be read."""
    inner = (*key, "options")
    if offer is None or (given is None and "options" in raw):
        return None
    return options(offer.options, raw.get("options", {}), inner, notes)
