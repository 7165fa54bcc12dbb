"""Telling systemd how we are (sd_notify(3)): a datagram to the socket it names, and no library."""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Notifier:
    """Does nothing where systemd did not ask for it.  Never raises, never blocks."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        name = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{name[1:]}" if name.startswith("@") else name  # @: abstract, unix(7)
        self.watchdog_s = _watchdog(environ)

    def ready(self) -> None:
        self._send("READY=1")

    def status(self, words: str) -> None:
        """One line for ``systemctl status``."""
        self._send(f"STATUS={words.splitlines()[0] if words else ''}")

    def fed(self) -> None:
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.setblocking(False)
                sock.sendto(state.encode(), self._address)
        except OSError as why:  # systemd restarting itself is no reason to fall
            log.debug("systemd was not told %s: %s", state, why)


def _watchdog(environ: Mapping[str, str]) -> float | None:
    """WatchdogSec of our unit in seconds; None without one, or if it is another process's."""
    micros, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not micros.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(micros) / 1e6
