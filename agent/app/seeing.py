"""From a configuration file to running eyes: ``linli vision``.

The other side of ``agent.app.sight``: this process has OpenCV and the models, and no wire, no
journal, no platform.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from agent.app import logs
from agent.app.notify import Notifier
from agent.config import settings
from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError
from agent.config.load import load
from agent.drivers.register import REGISTER
from agent.links.base import LinkDown
from agent.links.unixsocket import SocketTaken
from agent.pipeline.register import STAGES
from agent.supervisor.sight import socket_of
from agent.vision import worker
from agent.vision.post import Claimed
from agent.vision.sensing import sensing
from agent.vision.show import NotLocal, Show
from agent.vision.view import view_of

log = logging.getLogger(__name__)


def start(config: Path, show: str | None, environ: Mapping[str, str]) -> int:
    """The exit code: 0 stopped as asked, 1 it had to end, 2 the configuration or the address of
    ``show`` is wrong, 3 a place that it needs is taken or not ours."""
    logs.set_up(environ=environ)
    try:
        box = load(config, Catalogue(REGISTER, STAGES), environ)
    except ConfigError as wrong:
        for fault in wrong.faults:
            sys.stderr.write(f"{fault}\n")
        return 2
    if not box.cameras:
        sys.stderr.write(f"{config}: 没有 [[camera]] there is no [[camera]] in it\n")
        return 2
    try:
        return asyncio.run(_run(box, show))
    except NotLocal as wrong:
        sys.stderr.write(f"--show {wrong}\n")
        return 2
    except (Claimed, LinkDown, SocketTaken, OSError) as taken:
        log.error("%s", taken)  # noqa: TRY400  # a person must act, a traceback does not help her
        return 3


async def _run(box: settings.Box, show: str | None) -> int:
    """With ``show``, where other eyes look already they are watched."""
    async with AsyncExitStack() as showing:
        if show is not None:
            view = view_of(socket_of(box.health.socket))
            cameras = [camera.id for camera in box.cameras]
            await showing.enter_async_context(Show(view, cameras).serving(show))
        try:
            return await worker.run(box, worker.Parts(sensing=sensing, notifier=Notifier()))
        except Claimed:
            if show is None:
                raise
            log.info("other eyes look already; they are watched")
            await worker.asked_to_end()
            return 0
