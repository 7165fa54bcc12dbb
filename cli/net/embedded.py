"""A broker in Python, for a demo on a machine without mosquitto: ``python -m cli.net.embedded``.

amqtt speaks MQTT 3.1.1 only.  It stands on the loopback interface, knows the same password file and
the same rules as mosquitto (``config/mosquitto/acl``), and is for looking on, not for measuring.
"""

import argparse
import asyncio
import logging
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# amqtt has annotations, but does not say that they may be used: to mypy its classes are Any
from amqtt.broker import Broker  # type: ignore[import-untyped]
from amqtt.contexts import Action, BaseContext  # type: ignore[import-untyped]
from amqtt.plugins.base import (  # type: ignore[import-untyped]
    BaseAuthPlugin,
    BaseTopicPlugin,
)
from amqtt.session import Session  # type: ignore[import-untyped]

from cli.net.acl import Access, Acl
from cli.net.passwords import matches, read_passwords


@dataclass
class Folder:
    """What both plugins are told: where the files ``passwords`` and ``acl`` are."""

    folder: str

    def acl(self) -> Acl:
        return Acl.parse((Path(self.folder) / "acl").read_text(encoding="utf-8"))

    def passwords(self) -> dict[str, str]:
        return read_passwords((Path(self.folder) / "passwords").read_text(encoding="utf-8"))


class Names(BaseAuthPlugin):  # type: ignore[misc]
    """Nobody without a user's name, its password, and a will that stays where the user may write.

    The will is looked at here because amqtt publishes it without asking anybody.
    """

    Config = Folder

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._users, self._acl = self.config.passwords(), self.config.acl()

    async def authenticate(self, *, session: Session) -> bool:
        user: str = session.username or ""
        if session.will_topic and not self._acl.allows(user, "write", session.will_topic):
            return False
        return user in self._users and matches(session.password or "", self._users[user])


class Rules(BaseTopicPlugin):  # type: ignore[misc]
    """Publishing and getting by topic; subscribing only to what one rule covers.

    A filter must be covered because amqtt hands out retained messages by the filter alone.
    """

    Config = Folder

    def __init__(self, context: BaseContext) -> None:
        super().__init__(context)
        self._acl = self.config.acl()

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool:
        user: str | None = session.username if session else None
        access: Access = "write" if action is Action.PUBLISH else "read"
        return bool(self._acl.allows(user or "", access, topic or ""))


class Embedded(Broker):  # type: ignore[misc]
    """amqtt, but a client gets retained messages of its own filters only.

    0.12.1 sends each client that connects what any client has subscribed to.
    """

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        if await self._topic_filtering(session, subscription[0], Action.SUBSCRIBE):
            await super()._publish_retained_messages_for_subscription(subscription, session)


def settings(port: int, folder: Path) -> dict[str, Any]:
    here = "cli.net.embedded"  # amqtt imports plugins by name, also when this module is __main__
    return {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {f"{here}.{name}": {"folder": str(folder)} for name in ("Names", "Rules")},
    }


async def serve(port: int, folder: Path) -> None:
    """Until SIGTERM."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    broker = Embedded(settings(port, folder))
    await broker.start()
    await ended.wait()
    await broker.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cli.net.embedded")
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path, help="with the files passwords and acl")
    args = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve(args.port, args.folder))


if __name__ == "__main__":
    main()
