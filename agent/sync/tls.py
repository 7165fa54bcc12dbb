"""Encryption and login of the connection, from files that may have changed since the last one.

There is no way around verification: a certificate that is not vouched for, or is for another host,
ends the attempt.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent.config import settings
from agent.sync.link import Unfit

T = TypeVar("T")

_MOST_PASSWORD = 4096  # bytes; MQTT allows 65535


class _Tidy(ssl.SSLSocket):
    """The library leaves a socket open whose handshake failed."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def context(table: settings.Sync) -> ssl.SSLContext:
    """Blocks on the disk.  Unfit."""
    made = _read(table.ca_file, lambda: ssl.create_default_context(cafile=table.ca_file))
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.sslsocket_class = _Tidy
    if table.cert_file is not None:
        cert = table.cert_file
        _read(cert, lambda: made.load_cert_chain(cert, table.key_file, _no_passphrase))
    return made


def password(table: settings.Sync) -> str | None:
    """Without the line end that an editor leaves.  Blocks on the disk.  Unfit."""
    file = table.password_file or table.password
    if file is None:
        return None
    return _read(file, lambda: _text(file)).rstrip("\r\n")


def _text(file: Path) -> str:
    with file.open(encoding="utf-8") as opened:
        return opened.read(_MOST_PASSWORD)


def _no_passphrase() -> str:
    """OpenSSL would ask on a terminal, and a daemon has none."""
    return ""


def _read(file: Path | None, how: Callable[[], T]) -> T:
    try:
        return how()
    except (OSError, ValueError) as why:  # of ssl: SSLError is an OSError
        raise Unfit("files", f"{file or 'system certificates'}: {why}") from why
