"""Where a secret lies that the configuration only names.

``credential:NAME`` is a file that systemd lays before the unit (systemd.exec(5), Credentials);
anything else is a path.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from agent.config.secret_keys import CREDENTIAL

_DIRECTORY = "CREDENTIALS_DIRECTORY"  # systemd sets it for the unit
_UNIT = Path("/run/credentials/linli.service")
"""The same directory as systemd names it, for whoever only checks a configuration."""

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\Z")  # one file name, never ``..``


def is_reference(text: str) -> bool:
    """Whether ``path_of`` can make a full path of it."""
    if text.startswith(CREDENTIAL):
        return _NAME.match(text.removeprefix(CREDENTIAL)) is not None
    return text.startswith("/")


def path_of(text: str, environ: Mapping[str, str]) -> Path:
    """Only for what ``is_reference``.  Nothing says that the file is there."""
    if text.startswith(CREDENTIAL):
        return Path(environ.get(_DIRECTORY) or _UNIT, text.removeprefix(CREDENTIAL))
    return Path(text)
