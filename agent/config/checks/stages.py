"""Stages run from top to bottom, so each may look at devices, cameras and what stands above it."""

from typing import Any

from agent.config import schema
from agent.config.checks.scope import Scope
from agent.config.faults import Key
from agent.config.suggest import near
from agent.config.tables import Item


def check_stages(scope: Scope) -> None:
    stages = scope.tables.stages
    known = {source.draft.id for source in scope.sources}
    for place, stage in enumerate(stages):
        later = {after.draft.id for after in stages[place + 1 :]}
        for at, name in enumerate(stage.draft.inputs or ()):
            key = (*stage.key, "inputs", at)
            if name == stage.draft.id and name not in known:
                scope.notes.add(key, "input_itself")
            elif name in later - known:
                scope.notes.add(key, "input_later", name=name)
            elif name not in known:
                meant = near(name, sorted(filter(None, known)))
                scope.notes.add(key, "unknown_input", name=name, meant=meant)
            elif name in (stage.draft.inputs or ())[:at]:
                scope.notes.add(key, "input_twice", name=name)
        known.add(stage.draft.id)
    _weighings(scope)


def _weighings(scope: Scope) -> None:
    """``thin`` keeps all that ``settle`` looks at; else a replay would weigh something else."""
    used = {"thin": list[Item[schema.Stage]](), "settle": list[Item[schema.Stage]]()}
    for stage in scope.tables.stages:
        if stage.draft.use in used and scope.options.get(stage.key) is not None:
            used[stage.draft.use].append(stage)
    for thin in used["thin"]:
        for settle in used["settle"]:
            if set(thin.draft.inputs or ()) & set(settle.draft.inputs or ()):
                _keeps_enough(scope, thin.key, settle)


def _keeps_enough(scope: Scope, thin: Key, settle: Item[schema.Stage]) -> None:
    keeps: Any = scope.options[thin]
    needs: Any = scope.options[settle.key]
    if keeps.keep < needs.frames or keeps.keep_s < needs.hold_s:
        key, name = (*thin, "options"), settle.draft.id
        scope.notes.add(key, "thin_too_short", keep=needs.frames, keep_s=needs.hold_s, settle=name)
