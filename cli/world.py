"""Processes side by side: a simulated world and the agent in it, for demo, drills and benchmarks.

What was sent is counted from the world's truth, never from the agent.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

Line = dict[str, Any]
START_S = 30.0
STOP_S = 20.0
MOST_LINES = 2_000_000  # of truth kept in memory: a flood of a few minutes


class NotReady(Exception):
    """A process fell or stayed silent before it was ready; the text says what it printed last."""


class World:
    """The simulated devices (``python -m hwsim``)."""

    def __init__(self, scenario: Path, directory: Path, *, quiet: bool = True) -> None:
        self.directory = directory
        self.truth: list[Line] = []
        self._grown = threading.Condition()
        self._said = tempfile.TemporaryFile() if quiet else None  # noqa: SIM115  # ``close`` does
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hwsim", str(scenario), "--dir", str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            bufsize=1,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        ready = self.wait_for(lambda line: "ready" in line, START_S)
        if ready is None:
            said = self._last_words()
            self.close()
            raise NotReady(f"hwsim did not become ready with {scenario}: {said}")
        self.buses: Mapping[str, str] = ready["buses"]

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  # Popen with a pipe has one
        for text in self._process.stdout:
            with self._grown:
                if len(self.truth) < MOST_LINES:
                    self.truth.append(json.loads(text))
                self._grown.notify_all()

    def tell(self, **control: object) -> None:
        """One control, as ``docs/hwsim.md`` lists them."""
        assert self._process.stdin is not None  # noqa: S101  # Popen with a pipe has one
        self._process.stdin.write(json.dumps(control) + "\n")
        self._process.stdin.flush()

    def wait_for(
        self, wanted: Callable[[Line], bool], seconds: float, *, since: int = 0
    ) -> Line | None:
        """The first truth line from ``since`` on that is ``wanted``; None after ``seconds``."""
        deadline, at = time.monotonic() + seconds, since
        with self._grown:
            while True:
                while at < len(self.truth):
                    if wanted(self.truth[at]):
                        return self.truth[at]
                    at += 1
                left = deadline - time.monotonic()
                if left <= 0 or self._process.poll() is not None:
                    return None
                self._grown.wait(min(left, 0.5))

    def lines(self, since: int = 0) -> list[Line]:
        with self._grown:
            return self.truth[since:]

    def forget(self, most: int) -> None:
        """Keep the newest ``most`` lines.  For a world without an end: places in it change."""
        with self._grown:
            del self.truth[:-most]

    def _last_words(self) -> str:
        if self._said is None:
            return ""
        self._said.seek(0)
        return self._said.read()[-800:].decode("utf-8", "replace").strip()

    def close(self) -> None:
        _end(self._process, signal.SIGTERM)
        self._reader.join(STOP_S)
        for pipe in (self._process.stdin, self._process.stdout, self._said):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Agent:
    """The agent (``python -m cli run``), or another composition of it given as ``module``."""

    COMMAND = "run"

    def __init__(
        self,
        config: Path,
        environ: Mapping[str, str],
        *,
        log: Path,
        module: str = "cli",
        preload: Path | None = None,
    ) -> None:
        self.config, self.log = config, log
        env = {**os.environ, "LINLI_LOG": "json", **environ}
        if preload is not None:
            env["LD_PRELOAD"] = str(preload)
        arguments = [self.COMMAND, "--config", str(config)]
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self, ask: Callable[[], bool], seconds: float = START_S) -> None:
        """Until ``ask`` (usually /readyz) says so.  NotReady with the log's end otherwise."""
        if not until(lambda: not self.running() or ask(), seconds) or not self.running():
            tail = self.log.read_text(errors="replace").splitlines()[-8:]
            raise NotReady("\n".join(["the agent did not become ready:", *tail]))

    def kill(self) -> None:
        """What a crash is: no goodbye."""
        _end(self._process, signal.SIGKILL)

    def stop(self) -> int:
        """A clean stop; the exit code."""
        return _end(self._process, signal.SIGTERM)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.running():
            self.kill()


class Eyes(Agent):
    """What looks through the cameras (``python -m cli vision``); may come up before the agent."""

    COMMAND = "vision"


def until(true: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Wait for a condition; False when ``seconds`` ran out first."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def exported(state: Path, *options: str) -> Iterator[Line]:
    """What the journal in ``state`` holds, through the tool's own export."""
    command = [sys.executable, "-m", "cli", "export", "--json", "--state", str(state), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101  # Popen with a pipe has one
        yield from map(json.loads, process.stdout)


def _end(process: subprocess.Popen[Any], how: signal.Signals) -> int:
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(STOP_S)
