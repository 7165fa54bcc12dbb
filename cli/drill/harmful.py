"""An agent whose ``jsonl`` driver harms its own process on demand, for the isolated bus of a drill.

``python -m cli.drill.harmful run --config F`` is the agent, ``… worker`` its worker process.  The
harm is done when the file that ``LINLI_HARM`` names is there, by the next bytes that are heard.
"""

import ctypes
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from agent.app.worker import main as work
from agent.drivers.base import Listens, Model, Seat
from agent.drivers.makers.jsonl import Jsonl
from agent.drivers.register import REGISTER, Register
from agent.model.messages import Message
from agent.model.time import Stamp

FILE = "LINLI_HARM"


def block() -> None:
    while True:
        time.sleep(3600)


def burn() -> None:
    """One match of ``re`` holds the interpreter; this one takes longer than the universe."""
    re.match(r"(a+)+$", "a" * 64 + "b")


def crash() -> None:
    ctypes.string_at(0)


HARMS: Mapping[str, Callable[[], None]] = {"block": block, "burn": burn, "crash": crash}


def obey() -> None:
    """Do the harm that the file names, once."""
    harm = Path(os.environ[FILE])
    if harm.exists():
        what = harm.read_text(encoding="ascii")
        harm.unlink()
        HARMS[what]()


class Harmful(Jsonl):
    def heard(self, data: bytes, at: Stamp) -> Iterable[Message]:
        obey()
        return super().heard(data, at)


def _build(seat: Seat) -> Listens:
    return Harmful(seat)


MODELS: Mapping[str, Model] = {"harmful": replace(REGISTER["jsonl"], name="harmful", build=_build)}


def main(arguments: list[str]) -> int:
    if arguments == ["worker"]:
        return work(MODELS)
    from agent.app.box import Parts  # noqa: PLC0415  # a worker has no use for these
    from agent.app.main import start  # noqa: PLC0415  # same

    worker = (sys.executable, "-m", "cli.drill.harmful", "worker")
    parts = Parts(register=Register(MODELS), worker=worker)
    return start(Path(arguments[arguments.index("--config") + 1]), os.environ, parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
