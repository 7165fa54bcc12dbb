"""Where files lie, and how ``${NAME}`` in the configuration becomes a path.

An installed box keeps what must survive in /var/lib/linli and what need not in /run/linli; a
checkout (the ``./linli`` script exports LINLI_HOME) keeps both in its own var/.
"""

import re
from collections.abc import Mapping
from pathlib import Path

RUN, STATE, HOME, CONFIG = "LINLI_RUN", "LINLI_STATE", "LINLI_HOME", "LINLI_CONFIG"
ETC = Path("/etc/linli/box.toml")

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{")


class Unset(Exception):
    """A text names an environment variable that is not set; ``name`` is empty if it names none."""

    def __init__(self, name: str) -> None:
        super().__init__(f"${{{name}}} is not set")
        self.name = name


def run_dir(environ: Mapping[str, str]) -> Path:
    """What may be gone after a restart: simulated buses, sockets.  Absolute."""
    return _dir(environ, RUN, Path("/run/linli"))


def state_dir(environ: Mapping[str, str]) -> Path:
    """What must survive: the journal, keys.  Absolute."""
    return _dir(environ, STATE, Path("/var/lib/linli"))


def default_config(environ: Mapping[str, str], etc: Path = ETC) -> Path:
    """$LINLI_CONFIG; else /etc/linli/box.toml if it is there; else a checkout's demo."""
    if environ.get(CONFIG):
        return Path(environ[CONFIG])
    if environ.get(HOME) and not etc.exists():
        return Path(environ[HOME], "config", "demo", "box.toml")
    return etc


def expand(text: str, environ: Mapping[str, str]) -> str:
    """``text`` with every ``${NAME}`` replaced.  Unset if a NAME has no value, or is none.

    LINLI_RUN and LINLI_STATE always have one (run_dir, state_dir).  A lone ``$`` stays.
    """

    def value(match: re.Match[str]) -> str:
        name = match["name"] or ""
        if name == RUN:
            return str(run_dir(environ))
        if name == STATE:
            return str(state_dir(environ))
        if not environ.get(name):
            raise Unset(name)
        return environ[name]

    return _VARIABLE.sub(value, text)


def _dir(environ: Mapping[str, str], name: str, installed: Path) -> Path:
    if environ.get(name):
        return Path(environ[name]).absolute()
    if environ.get(HOME):
        return Path(environ[HOME], "var", name.removeprefix("LINLI_").lower()).absolute()
    return installed
