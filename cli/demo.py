"""``linli demo``: the simulated community of config/demo, the agent in it, and a live view.

With ``--seconds N --json`` it runs unattended: progress once a second, then one summary whose
counts of scenes stand beside the world's truth.  Exit 0 if both agree and nothing was lost.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cli.drill.acts import emitted
from cli.drill.room import Room, doubled, events
from cli.world import Agent, Line, World

HOME = Path(os.environ.get("LINLI_HOME", Path(__file__).resolve().parent.parent))
DEMO = HOME / "config" / "demo"
SETTLE_S = 3.0  # what the last scene of the world needs to reach the journal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, help="end by itself after so long")
    parser.add_argument("--json", action="store_true", help="progress and a summary as JSON lines")


def run(args: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="linli-demo-") as scratch:
        room = Room(Path(scratch))
        config = (DEMO / "box.toml").read_text(encoding="utf-8")
        with World(DEMO / "scenario.toml", room.run) as world, room.agent(config) as agent:
            if args.json or args.seconds is not None:
                return _unattended(room, world, agent, args)
            return _watched(room, args.seconds)


def _watched(room: Room, seconds: float | None) -> int:
    command = [sys.executable, "-m", "cli", "monitor", "--socket", str(room.socket)]
    if seconds is not None:
        command += ["--seconds", str(seconds)]
    return subprocess.run(command, check=False).returncode


def _unattended(room: Room, world: World, agent: Agent, args: argparse.Namespace) -> int:
    ends = time.monotonic() + (args.seconds or 60.0)
    while time.monotonic() < ends:
        if args.json:
            print(json.dumps(_progress(room)), flush=True)
        time.sleep(min(1.0, max(0.0, ends - time.monotonic())))
    world.tell(do="report")
    truth = world.lines()
    time.sleep(SETTLE_S)
    clean = agent.stop() == 0
    summary = _summary(truth, room.records(), _closed(room))
    summary["ok"] = bool(summary["ok"]) and clean
    print(json.dumps(summary, ensure_ascii=False) if args.json else _words(summary), flush=True)
    return 0 if summary["ok"] else 1


def _progress(room: Room) -> Line:
    status = room.status()
    return {
        "devices_here": sum(1 for device in status.get("devices", ()) if device["here"]),
        "captured": sum(each["captured"] for each in status["journal"]["streams"]),
        "stored": sum(each["stored"] for each in status["journal"]["streams"]),
    }


def _closed(room: Room) -> list[Line]:
    """What the journal said of its streams when it closed."""
    lines = [json.loads(line) for line in room.log.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if "captured" in line]


def _summary(truth: list[Line], records: list[Line], counts: list[Line]) -> Line:
    total = {key: sum(each[key] for each in counts) for key in ("captured", "stored", "gapped")}
    shown = sum(1 for line in truth if line.get("what") == "shown")
    scanned = len(events(records, "code_scanned"))
    ends = Counter(line["kind"] for line in events(records, "command_done", "command_failed"))
    kinds = {line["device"] for line in records if line["type"] == "reading"}
    kinds |= {line["device"] for line in events(records, "device_back")}
    stored_now = sum(1 for line in records if line["type"] != "gap")
    lost = max(0, total["stored"] - stored_now)
    return {
        "ok": total["captured"] == total["stored"] + total["gapped"]
        and lost == 0
        and doubled(records) == 0
        and scanned == shown
        and len(kinds) >= 8,
        **total,
        "lost": lost,
        "duplicated": doubled(records),
        "device_kinds": len(kinds),
        "codes": {"shown": shown, "scanned": scanned},
        "deposits": {
            "lifted": sum(1 for line in truth if line.get("what") == "deposit"),
            "weighed": len(events(records, "weighing")),
        },
        "frames_emitted": len(emitted(truth, "scale-1")) + len(emitted(truth, "scale-2")),
        "commands": {"done": ends["command_done"], "rejected": {"failed": ends["command_failed"]}},
        "city": {"skipped": "the way to the platform is not built yet"},
    }


def _words(summary: Line) -> str:
    return "\n".join(f"{key:16} {value}" for key, value in summary.items())
