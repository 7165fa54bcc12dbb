"""A private dbus-daemon: no root, no policy files, one socket, gone with us."""

import shutil
import subprocess
import time
from pathlib import Path

PATIENCE_S = 10.0
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="false"/>
    <allow receive_sender="*"/>
  </policy>
  <limit name="max_match_rules_per_connection">50000</limit>
  <limit name="max_connections_per_user">4096</limit>
  <limit name="max_completed_connections">4096</limit>
</busconfig>
"""


class NoDaemon(Exception):
    """There is no dbus-daemon, or it did not start; the text says what to do."""


class Daemon:
    """Started, with its socket at ``path``.  NoDaemon if that cannot be."""

    def __init__(self, path: Path) -> None:
        program = shutil.which("dbus-daemon")
        if program is None:
            raise NoDaemon("no dbus-daemon here: apt install dbus-daemon 请先安装 dbus-daemon")
        if len(str(path)) > 100:  # sun_path of a unix socket holds 108
            raise NoDaemon(f"{path}: too long for a socket's path")
        path.unlink(missing_ok=True)
        self._path, self._config = path, path.with_name(f".{path.name}.conf")
        self._config.write_text(CONFIG.format(path=path), encoding="utf-8")
        flags = ("--nofork", "--nopidfile", "--nosyslog")
        self._process = subprocess.Popen(
            [*_with_us(), program, f"--config-file={self._config}", *flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while not self._path.is_socket():
            if self._process.poll() is not None or time.monotonic() > until:
                self.close()
                raise NoDaemon(f"{self._path}: dbus-daemon did not start")
            time.sleep(0.01)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._path.unlink(missing_ok=True)
        self._config.unlink(missing_ok=True)


def _with_us() -> tuple[str, ...]:
    """A prefix that makes the daemon die with us even if we are killed (util-linux)."""
    setpriv = shutil.which("setpriv")
    return () if setpriv is None else (setpriv, "--pdeathsig", "KILL", "--")
