"""``python -m city --config F``: the city, in the foreground, until SIGTERM or Ctrl-C.

One JSON line on stdout when it serves and is subscribed; the log goes to stderr.
"""

import argparse
import asyncio
import json
import logging
import signal
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from city import app
from city.settings import ConfigError, Settings, load
from city.signing import BadKey
from city.store.schema import NewerDatabase
from city.unix import SocketTaken


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="city", description="Linli (邻里) reference receiver")
    parser.add_argument("--config", type=Path, required=True, metavar="F")
    return start(parser.parse_args(argv).config)


def start(config: Path, parts: app.Parts | None = None) -> int:
    """Exit code: 0 it was told to end, 1 it cannot run here, 2 a person must edit something."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("mqtt").setLevel(logging.ERROR)  # the link says what a person must know
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # and the ready line that it serves
    try:
        settings = load(config)
        asyncio.run(_until_told(settings, parts or app.Parts()))
    except (ConfigError, BadKey) as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 2
    except (OSError, sqlite3.Error, NewerDatabase, SocketTaken) as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def _until_told(settings: Settings, parts: app.Parts) -> None:
    running = asyncio.ensure_future(app.run(settings, _say, parts))
    for which in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(which, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        if not running.cancelled():
            raise


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
