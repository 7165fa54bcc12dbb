"""From a file to settings, or to all that is wrong with it.

bytes → text → table → present version → variables → drafts → options → checks → settings
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from agent.config import settings
from agent.config.build import build
from agent.config.catalogue import Catalogue, StageOffer
from agent.config.checks import CHECKS
from agent.config.checks.scope import Scope
from agent.config.expansion import expand_all
from agent.config.faults import ConfigError, Key, Notes
from agent.config.locate import locate
from agent.config.migrations import migrate
from agent.config.secret_keys import refuse_secrets
from agent.config.tables import Tables, read_tables
from agent.config.toml import MOST_BYTES, decode, parse
from agent.config.validate import options


def load(path: Path, catalogue: Catalogue, environ: Mapping[str, str]) -> settings.Box:
    """The settings of ``path``.  ConfigError with every fault, in the order of the file.

    ``environ`` fills ``${NAME}``.  Reads that one file and nothing else.
    """
    notes = Notes()
    data = _bytes(path, notes)
    read = parse(decode(data, notes), notes)
    scope = None if notes.fatal else _scope(read.table, catalogue, environ, notes)
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
    scope = Scope(tables, catalogue, dict(_options(tables, catalogue, notes)), notes)
    for check in CHECKS:
        check(scope)
    return scope


def _options(tables: Tables, catalogue: Catalogue, notes: Notes) -> Iterator[tuple[Key, object]]:
    for device in tables.devices:
        offer = catalogue.drivers.get(device.draft.driver or "")
        yield device.key, _chosen(offer, device.draft.options, device.raw, device.key, notes)
    for stage in tables.stages:
        use = catalogue.stages.get(stage.draft.use or "")
        yield stage.key, _chosen(use, stage.draft.options, stage.raw, stage.key, notes)


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
