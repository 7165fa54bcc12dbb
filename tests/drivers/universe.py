"""The codecs as a set of modules: the real one, or one with a fault put in by hand."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import agent.drivers as above
from agent.drivers.codecs.base import NOTHING, Given, Protocol
from tests.drivers.mutants import cards

HOME = "agent.drivers.codecs"
CHECKED = frozenset(name for name, card in cards().items() if card.checked)
"""Protocols all of whose frames carry a check (GM65: replies and commands only)."""


@dataclass(frozen=True)
class Codecs:
    """``module("gm65")`` is ``agent.drivers.codecs.gm65`` of this set."""

    modules: Mapping[str, ModuleType]

    def module(self, name: str) -> Any:  # noqa: ANN401  # a module of a set known at run time
        return self.modules[f"{HOME}.{name}"]

    def protocol(self, name: str) -> Protocol:
        found: Protocol = self.module("register").PROTOCOLS[name]
        return found

    def verdicts(
        self, name: str, capture: bytes, direction: str | None = None, given: Given = NOTHING
    ) -> list[object]:
        """Frames as dicts, wrecks as words."""
        protocol = self.protocol(name)
        if protocol.reader is not None:
            protocol = replace(protocol, take=protocol.reader(given))
        told = self.module("judge").judge(protocol, capture, direction)
        return [str(v.why) if v.frame is None else dict(v.frame) for v in told]

    def feeder(self, name: str) -> Any:  # noqa: ANN401  # same
        """What a driver decodes this protocol with."""
        protocol, feeder = self.protocol(name), cards()[name].feeder
        if feeder == "Stream":
            return self.module("base").Stream(protocol.take, protocol.most)
        codec = self.modules[protocol.take.__module__]
        if feeder == "Lines":
            codec = self.module(name)
            return self.module("lines").Lines(codec.parse, codec.HEADS, codec.MOST)
        return getattr(codec, feeder)()


def _loaded() -> dict[str, ModuleType]:
    return {n: m for n, m in sys.modules.items() if n == HOME or n.startswith(f"{HOME}.")}


def real() -> Codecs:
    for name in ("register", "judge"):
        importlib.import_module(f"{HOME}.{name}")
    return Codecs(_loaded())


@contextmanager
def broken(name: str, old: str, new: str) -> Iterator[Codecs]:
    """All codecs anew, with ``old`` replaced by ``new`` in the source of one of them."""
    before = real().modules
    source = Path(str(before[f"{HOME}.{name}"].__file__)).read_text(encoding="utf-8")
    if source.count(old) != 1:
        raise LookupError(f"{name}: {source.count(old)} times: {old}")
    for module in before:
        del sys.modules[module]
    try:
        _execute(f"{HOME}.{name}", source.replace(old, new))
        yield real()
    finally:
        for module in _loaded():
            del sys.modules[module]
        sys.modules.update(before)
        above.codecs = before[HOME]  # type: ignore[attr-defined]  # set by the import system


def _execute(name: str, source: str) -> None:
    importlib.import_module(HOME)
    module = sys.modules[name] = ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102  # our own source
