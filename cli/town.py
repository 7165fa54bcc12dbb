"""What a box needs beyond its devices: a broker, a line to it that misbehaves on demand, a city.

For demo, drills and benchmarks.  The city is a process of its own and is asked through what it
offers to everybody: its database, read-only, and its command line.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from city.look import Look
from cli.broker import RECEIVER, Broker
from cli.proxy import Proxy
from cli.world import NotReady, until

KEY = "city-1"
START_S, STOP_S = 30.0, 20.0
MOST_RPS = 1_000_000


class City:
    """The receiver (``python -m city``), or another composition of it given as ``module``."""

    def __init__(self, config: Path, log: Path, module: str = "city") -> None:
        self._command = [sys.executable, "-m", module, "--config", str(config)]
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns when it is subscribed and serves.  NotReady."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None  # noqa: S101  # Popen with a pipe has one
        os.set_blocking(self._process.stdout.fileno(), False)
        if not until(self._says_ready, START_S):
            raise NotReady(f"the city did not become ready: {self._log.read_text()[-800:]}")

    def _says_ready(self) -> bool:
        process = self._process
        assert process is not None and process.stdout is not None  # noqa: S101, PT018  # ``start``
        if process.poll() is not None:
            raise NotReady(f"the city fell: {self._log.read_text()[-800:]}")
        return bool(process.stdout.readline())

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
        if process.stdout is not None:
            process.stdout.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``protocol``: of MQTT, for box and city alike; the broker's best if None.  ``tls``: the box
    speaks TLS with a password, the city stays on the loopback interface.  ``module``: another
    composition of the city.  ``embedded``: amqtt even where there is a mosquitto."""

    protocol: str | None = None
    tls: bool = False
    module: str = "city"
    catchup_rps: int = MOST_RPS
    embedded: bool = False


class Town:
    """All three, started when made, ended when left."""

    def __init__(self, directory: Path, gateway: str, plan: Plan = Plan()) -> None:  # frozen
        self.directory, self.gateway, self.tls = directory, gateway, plan.tls
        directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:  # what has begun ends, if a later part does not come up
            self.broker = Broker(directory, (gateway,), tls=plan.tls, embedded=plan.embedded)
            undo.callback(self.broker.stop)
            self.protocol = plan.protocol or self.broker.versions[0]
            target = int(self.broker.tls_url.rsplit(":", 1)[1]) if self.tls else self.broker.port
            self.proxy = Proxy(target)
            undo.callback(self.proxy.close)
            self.private_key, self.public_key = _keys(directory)
            config = self._city_config(plan.catchup_rps)
            self.city = City(config, directory / "city.log", plan.module)
            undo.callback(self.city.stop)
            self.city.start()
            undo.pop_all()

    @property
    def state(self) -> Path:
        """The city's own directory."""
        return self.directory / "city"

    def tables(self, *, more: str = "") -> str:
        """``[sync]`` and ``[[key]]`` of the box.  ``more``: further keys of ``[sync]``."""
        ca = f'ca_file = "{self.broker.authority.ca_file}"\n' if self.broker.authority else ""
        return f"""
[sync]
enabled = true
url = "{self.proxy.url("mqtts" if self.tls else "mqtt")}"
protocol = "{self.protocol}"
tenant = "demo"
shard = "s0"
password_file = "{self.broker.password_file(self.gateway)}"
healthy_s = 10.0
keepalive_s = 10
{ca}{more}
[[key]]
id = "{KEY}"
role = "command"
file = "{self.public_key}"
"""

    def look(self) -> Look:
        """To be closed by the caller."""
        return Look(self.state)

    def rows(self) -> int:
        """Records that the city has committed, by its own account of them (quick)."""
        return int(self.status()["gateways"].get(self.gateway, {}).get("rows", 0))

    def status(self) -> dict[str, Any]:
        with self.look() as look:
            return look.status()

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """Urgent records of these kinds that the city has."""
        with self.look() as look:
            return [line for line in look.records("urgent") if line.get("kind") in kinds]

    def records(self) -> Iterator[dict[str, Any]]:
        with self.look() as look:
            yield from look.records()

    def command(self, target: str, action: str, *args: str, wait_s: float = 15.0) -> dict[str, Any]:
        """Through the tool, as an operator would: what the city knows of it in the end."""
        done = subprocess.run(
            [
                *(sys.executable, "-m", "cli", "city", "command", "--json", "--dir", self.state),
                *("--wait", str(wait_s), "--by", "duty desk", self.gateway, target, action, *args),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        said: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"error": done.stderr}
        return said

    def close(self) -> None:
        self.city.stop()
        self.proxy.close()
        self.broker.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _city_config(self, catchup_rps: int) -> Path:
        config = self.directory / "city.toml"
        config.write_text(
            f"""tenant = "demo"
shard = "s0"
dir = "{self.state}"
[broker]
url = "{self.broker.url}"
protocol = "{self.protocol}"
username = "{RECEIVER}"
password_file = "{self.broker.password_file(RECEIVER)}"
[command]
key_id = "{KEY}"
key_file = "{self.private_key}"
[pacing]
catchup_rps = {catchup_rps}
fleet = 1
""",
            encoding="utf-8",
        )
        return config


def _keys(directory: Path) -> tuple[Path, Path]:
    """Private and public, through the tool.  NotReady."""
    made = subprocess.run(
        [sys.executable, "-m", "cli", "city", "keygen", "--out", directory, "--id", KEY],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NotReady(f"no keys were made: {made.stderr[-800:]}")
    private, public = map(Path, made.stdout.split())
    return private, public
