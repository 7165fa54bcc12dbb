"""From a configuration file to a running box, or to all that is wrong with the file."""

import asyncio
import logging
import sys
from collections.abc import Mapping
from pathlib import Path

from agent.app import logs
from agent.app.box import PARTS, Parts, run
from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError
from agent.config.load import load
from agent.links.unixsocket import SocketTaken
from agent.pipeline.register import STAGES

log = logging.getLogger(__name__)


def start(config: Path, environ: Mapping[str, str], parts: Parts = PARTS) -> int:
    """The exit code: 0 stopped as asked, 2 the configuration has faults, 3 the place is taken."""
    logs.set_up(environ=environ)
    try:
        box = load(config, Catalogue(parts.register, STAGES), environ)
    except ConfigError as wrong:
        for fault in wrong.faults:
            sys.stderr.write(f"{fault}\n")
        return 2
    try:
        asyncio.run(run(box, parts))
    except SocketTaken as taken:
        log.error("%s", taken)  # noqa: TRY400  # a person must act, a traceback does not help her
        return 3
    return 0
