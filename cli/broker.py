"""A broker as a process of its own, for demo, drills, benchmarks and tests.

Mosquitto with the shipped configuration where there is one, else amqtt, which speaks MQTT 3.1.1
only; ``kind`` and ``versions`` say which.  Even on the loopback interface everybody has a password,
and boxes reach their own branch only.
"""

import getpass
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Self

from cli.net import mosquitto
from cli.net.acl import shipped
from cli.net.certificates import Authority
from cli.net.passwords import password_file
from cli.world import NotReady, until

RECEIVER, WATCH = "city.receiver", "city.watch"
"""Users of the platform in ``config/mosquitto/acl``."""
STRANGER = "demo.stranger"
"""Who says what only the platform may: a hole that no shipped broker has, for demo and drills, so
that commands are seen to be safe without the broker's help."""
START_S, STOP_S = 15.0, 10.0
ATTEMPTS = 3  # between looking for a free port and taking it somebody else may have taken it


class Broker:
    """Started when made, ended when left; the port stays the same over ``stop`` and ``start``.

    ``directory`` gets configuration, keys and log.  ``boxes`` are the gateways' ids, each the name
    of a user.  ``tls`` adds two listeners, by password and by certificate; mosquitto only.
    ``embedded`` takes amqtt even where there is a mosquitto.  NotReady if it does not come up.
    """

    host = mosquitto.LOOPBACK

    def __init__(
        self,
        directory: Path,
        boxes: Iterable[str] = (),
        *,
        branch: tuple[str, str] = ("demo", "s0"),
        tls: bool = False,
        embedded: bool = False,
    ) -> None:
        self.directory = directory
        self.log = directory / "broker.log"
        self._program = None if embedded else mosquitto.program()
        self._ports: tuple[int, ...] = ()
        self._process: subprocess.Popen[bytes] | None = None
        self.authority = Authority(directory) if tls else None
        users = (RECEIVER, WATCH, STRANGER, *boxes)
        self._passwords = {user: secrets.token_urlsafe(18) for user in users}
        self._write_rules(*branch)
        if tls and self._program is None:
            raise NotReady("TLS needs mosquitto, and there is none 没有 mosquitto，无法提供 TLS")
        self._first_start(3 if tls else 1)

    @property
    def kind(self) -> str:
        """``mosquitto 2.0.11`` or ``amqtt 0.12.1``."""
        if self._program is None:
            return f"amqtt {version('amqtt')}"
        told = subprocess.run([self._program, "-h"], capture_output=True, text=True, check=False)
        return " ".join(told.stdout.split("\n", 1)[0].replace(" version", "").split())

    @property
    def versions(self) -> tuple[str, ...]:
        """Of MQTT, as ``[sync] protocol`` names them, the better first."""
        return ("3.1.1",) if self._program is None else ("5", "3.1.1")

    @property
    def port(self) -> int:
        return self._ports[0]

    @property
    def url(self) -> str:
        """Without TLS, on the loopback interface."""
        return f"mqtt://{self.host}:{self.port}"

    @property
    def tls_url(self) -> str:
        """TLS, users by password."""
        return f"mqtts://{self.host}:{self._ports[1]}"

    @property
    def certificate_url(self) -> str:
        """TLS, users by the common name of their certificate."""
        return f"mqtts://{self.host}:{self._ports[2]}"

    @property
    def passwords(self) -> Mapping[str, str]:
        return self._passwords

    def password_file(self, user: str) -> Path:
        """A file (0600) that holds this user's password, as configurations name one."""
        path = self.directory / f"{user}.password"
        path.touch(mode=0o600)
        path.write_text(self._passwords[user], encoding="utf-8")
        return path

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """On the same ports as before; nothing is remembered of the time before."""
        if self.running():
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        up = until(lambda: not self.running() or all(map(_answers, self._ports)), START_S, 0.02)
        if not up or not self.running():
            self.kill()
            tail = self.log.read_text(errors="replace").splitlines()[-8:]
            raise NotReady("\n".join(["the broker did not come up:", *tail]))

    def stop(self) -> None:
        """A clean stop."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """What a crash of the broker is."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _first_start(self, listeners: int) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            self._ports = _free_ports(listeners)
            self._write_configuration()
            try:
                self.start()
            except NotReady:
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    def _command(self) -> list[str]:
        if self._program is not None:
            return [self._program, "-c", str(self.directory / "mosquitto.conf")]
        module = [sys.executable, "-m", "cli.net.embedded"]
        return [*module, str(self.port), str(self.directory)]

    def _write_rules(self, tenant: str, shard: str) -> None:
        rules = (mosquitto.SHIPPED / "acl").read_text(encoding="utf-8")
        hole = f"user {STRANGER}\ntopic readwrite linli/v1/{tenant}/{shard}/+/down/#\n"
        for name, text in (
            ("acl", f"{shipped(rules, tenant, shard)}\n{hole}"),
            ("passwords", password_file(self._passwords)),
        ):
            path = self.directory / name
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
        if self.authority is not None:
            self.authority.server()

    def _write_configuration(self) -> None:
        text = mosquitto.configuration(self.directory, getpass.getuser(), self._ports)
        (self.directory / "mosquitto.conf").write_text(text, encoding="utf-8")

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


def _free_ports(count: int) -> tuple[int, ...]:
    sockets = [socket.create_server((mosquitto.LOOPBACK, 0)) for _ in range(count)]
    ports = tuple(each.getsockname()[1] for each in sockets)
    for each in sockets:
        each.close()
    return ports


def _answers(port: int) -> bool:
    try:
        socket.create_connection((mosquitto.LOOPBACK, port), 1.0).close()
    except OSError:
        return False
    return True
