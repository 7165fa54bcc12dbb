"""Reading is done in a process of its own, with one thread and nothing else in its memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from cli.drill.room import Cannot

Row = Mapping[str, Any]
T = TypeVar("T")
U = TypeVar("U")
MOST_S = 300.0
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


def ask(reader: str, tasks: Iterable[Row]) -> list[Any]:
    """The answers of ``cli.bench.eyes.<reader>``, one for each task.  Cannot, if it falls."""
    told = "".join(json.dumps(task) + "\n" for task in tasks)
    answer = run([f"cli.bench.eyes.{reader}"], told)
    return [json.loads(line) for line in answer.splitlines()]


def run(module: list[str], told: str = "") -> str:
    """What a module of this product prints."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", *module],
            input=told,
            capture_output=True,
            text=True,
            timeout=MOST_S,
            env=os.environ | dict.fromkeys(THREADS, "1"),
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Cannot(f"{module[0]} was not done after {MOST_S:.0f} s") from late
    if done.returncode:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise Cannot(f"{module[0]} fell: {last}")
    return done.stdout


def side_by_side(work: Callable[[T], U], on: Iterable[T]) -> list[U]:
    """Two children at a time, for what is not timed."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, on))


def answer(judge: Callable[[Any], Row]) -> None:
    """In the child: one line of JSON in, one out."""
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line))), flush=True)


class CpuClock:
    """``ms`` of processor time that a block took."""

    ms = 0.0

    def __enter__(self) -> Self:
        self._began = time.process_time_ns()
        return self

    def __exit__(self, *_: object) -> None:
        self.ms = (time.process_time_ns() - self._began) / 1e6
