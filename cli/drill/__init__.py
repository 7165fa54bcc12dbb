"""``linli drill [NAME] --json``: break something on purpose, and count what it cost.

Exit 0 only if every drill that ran was ok; one that can't run here says ``skipped`` and why.
"""

import argparse
import importlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cli.drill.attached import attached
from cli.drill.room import Cannot, Finding, Room
from cli.scratch import scratch

DRILLS: Mapping[str, str] = {
    "hung-driver": "a driver blocks for ever: only its own bus suffers",
    "native-crash": "a driver crashes the interpreter: only its own bus suffers",
    "unplug-replug": "adapters are pulled and come back: nothing weighed or opened is lost",
    "noisy-bus": "noise, flips, echo: no value is believed that nobody sent",
    "kill-mid-pulse": "the agent dies while a relay is on: it comes back off",
    "disk-full": "the disk fills: doors open, urgent records stay, gaps are on record",
    "slow-disk": "150 ms for every sync: doors do not notice",
    "corrupt-db": "the journal is damaged: doors open, a new epoch begins",
    "clock-jump": "the clock jumps by years: nothing is reordered, lost or doubled",
    "camera-gone": "a camera is gone and comes back: told once each, as is every vehicle",
    "camera-frozen": "a camera sends one picture for ever: told in time, and its end",
    "vision-kill": "the eyes are killed again and again: no vehicle twice, doors as fast",
    "hostile-codes": "phones show what should break a reader: it is data, and opens nothing",
    "flood": "another code in every frame: memory stays bounded, doors as fast",
    "broker-down": "the broker stops, and is killed: everything arrives, once",
    "refused-link": "nobody listens at the broker's port: everything arrives, once",
    "dead-link-kill": "the link dies without a word, then the agent: nothing urgent is lost",
    "kill-loop": "agent and city are killed again and again under load",
    "city-rollback": "commits fail, acknowledgements vanish, batches come twice",
    "poison-record": "what nobody can read holds up nothing",
    "cloned-card": "two boxes with one card: both are heard, a person is told",
    "restored-card": "an old image of the card: a new epoch, nothing mistaken for a duplicate",
    "stale-open": "commands that are late, replayed, forged or somebody else's open nothing",
    "tls-cut": "TLS is broken in every way: no byte in the clear",
    "alarm-behind-backlog": "a million readings wait on a slow link: an alarm overtakes them",
    "two-outages-one-gap": "a budget overflows in the first of two outages: one gap, on record",
}


LOCAL = tuple(DRILLS)[:14]
"""Those that need no city: up to ``flood``."""


class DrillModule(Protocol):
    def drill(self, room: Room) -> Finding: ...


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", choices=DRILLS, help="one drill; all without a name")
    parser.add_argument("--json", action="store_true", help="one object per drill on stdout")
    parser.add_argument("--keep", type=Path, help="keep configuration, logs and journal here")


def run(args: argparse.Namespace) -> int:
    names = [args.name] if args.name else list(DRILLS)
    verdicts = [_run(name, args.keep, as_json=args.json) for name in names]
    return 0 if all(verdicts) else 1


def _run(name: str, keep: Path | None, *, as_json: bool) -> bool:
    module: DrillModule = importlib.import_module(f"cli.drill.{name.replace('-', '_')}")
    with scratch("drill") as folder:
        directory = keep / name if keep else Path(folder)
        shutil.rmtree(directory, ignore_errors=True)  # of a run before
        directory.mkdir(parents=True)
        try:
            found = {"drill": name, **_found(name, module, Room(directory)).as_line()}
        except Cannot as why:
            found = {"drill": name, "skipped": str(why)}
    _show(found, as_json=as_json)
    return found.get("ok") is True or "skipped" in found


def _found(name: str, module: DrillModule, room: Room) -> Finding:
    """Drills that need no city have one attached, where there is a broker for it."""
    if name in LOCAL:
        return attached(room, module.drill)
    return module.drill(room)


def _show(found: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False), flush=True)
        return
    verdict = "skipped" if "skipped" in found else "ok" if found["ok"] else "NOT OK"
    print(f"{found['drill']}: {verdict}", flush=True)
    for key, value in found.items():
        if key not in ("drill", "ok"):
            print(f"    {key}: {value}", file=sys.stdout, flush=True)
