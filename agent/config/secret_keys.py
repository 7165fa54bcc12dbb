"""No secret stands in a configuration: it is copied, mailed, printed and shown on screens.

A key that is named like a secret names a file (``…_file``) or a systemd credential
(``credential:NAME``) instead.  The value itself is never shown.
"""

import re
from collections.abc import Mapping
from typing import Any

from agent.config.faults import Key, Notes

_WORDS = ("key", "passphrase", "passwd", "password", "psk", "pwd", "secret", "token")
CREDENTIAL = "credential:"


def refuse_secrets(table: Mapping[str, Any], notes: Notes) -> None:
    """A fault for each key that is named like a secret and holds one."""
    _look(table, (), notes)


def _look(value: object, key: Key, notes: Notes) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            if _is_secret(name) and not _refers(one):
                notes.add((*key, name), "secret", name=name)
            else:
                _look(one, (*key, name), notes)
    elif isinstance(value, list):
        for at, one in enumerate(value):
            _look(one, (*key, at), notes)


def _is_secret(name: str) -> bool:
    """``mqtt_password`` is one; ``password_file`` and ``public_key`` are none."""
    words = re.split("[^a-z]+", name.lower())
    return words[-1].removesuffix("s") in _WORDS and "public" not in words


def _refers(value: object) -> bool:
    """Tables are looked into; a text must name a credential."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, dict) for one in value)
    return isinstance(value, dict) or (isinstance(value, str) and value.startswith(CREDENTIAL))
