"""Pull and administration over HTTP: docs/protocol.md, section 8, and docs/city.md.

The unix socket is for its owner and may all; over TCP there are records, for those with the token.
"""

import asyncio
import hmac
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from city import cursor
from city.commands import BadCommand, Commands, NoKey, NotReachable, Wish
from city.link import NoBroker
from city.look import MOST_RECORDS, Look, NothingThere
from city.parcels import BULK, URGENT
from city.store.base import Order, StoreRefused

T = TypeVar("T")
RECORDS = 1000
"""Of a page, if the reader names no limit."""
MOST_BODY = 65_536
MOST_WAIT_S = 120.0
AT_ONCE = 4
"""Readers of the database; further ones wait for their turn."""


class Readers:
    """Looks at the database, each on a thread, a few at a time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def look(self, question: Callable[[Look], T]) -> T:
        """503 if there is nothing to look at."""

        def ask() -> T:
            with Look(self._directory) as look:
                return question(look)

        try:
            async with self._turns:
                return await asyncio.to_thread(ask)
        except (NothingThere, sqlite3.Error) as fault:
            raise HTTPException(503, str(fault)) from fault


def admin(readers: Readers, commands: Commands) -> Starlette:
    """For the unix socket."""
    pages = _Pages(readers, commands)
    return _app(
        Route("/v1/commands", pages.command, methods=["POST"]),
        Route("/v1/status", pages.status),
        Route("/v1/records", pages.records),
        Route("/healthz", _healthz),
    )


def pull(readers: Readers, commands: Commands, token: str) -> Starlette:
    """For TCP; ``/healthz`` needs no token and tells nothing."""
    pages, want = _Pages(readers, commands), f"Bearer {token}".encode()

    async def records(request: Request) -> Response:
        told = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(told, want):
            raise HTTPException(401, "Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"})
        return await pages.records(request)

    return _app(Route("/v1/records", records), Route("/healthz", _healthz))


class _Pages:
    def __init__(self, readers: Readers, commands: Commands) -> None:
        self._readers, self._commands = readers, commands

    async def status(self, _: Request) -> Response:
        return JSONResponse(await self._readers.look(lambda look: look.status()))

    async def records(self, request: Request) -> Response:
        after, stream, limit = _asked(request)

        def answer(look: Look) -> Response:
            """Written on the reader's thread too: a page can be megabytes."""
            page = look.page(after, stream, limit)
            after_it = cursor.written(page.last)
            return JSONResponse({"records": page.records, "next": after_it, "more": page.more})

        return await self._readers.look(answer)

    async def command(self, request: Request) -> Response:
        """Sent, and if ``wait_s`` is told, followed until its end or so long."""
        wish, wait_s = _wish(await _body(request))
        try:
            name = await self._commands.send(wish)
        except BadCommand as fault:
            raise HTTPException(400, str(fault)) from fault
        except (NotReachable, NoKey) as fault:
            raise HTTPException(409, str(fault)) from fault
        except (NoBroker, StoreRefused) as fault:
            raise HTTPException(503, str(fault)) from fault
        order = await self._commands.result(name, wait_s) if wait_s > 0 else None
        return JSONResponse(_told(name, order))


def _app(*routes: Route) -> Starlette:
    return Starlette(routes=list(routes), exception_handlers={HTTPException: _refused})


async def _refused(_: Request, fault: Exception) -> Response:
    if not isinstance(fault, HTTPException):
        raise fault
    return JSONResponse({"error": fault.detail}, fault.status_code, fault.headers)


async def _healthz(_: Request) -> Response:
    return JSONResponse({"ok": True})


def _asked(request: Request) -> tuple[int, str | None, int]:
    """After, stream and limit; 400 with words for what is none."""
    query = request.query_params
    stream = query.get("stream")
    if stream not in (None, URGENT, BULK):
        raise HTTPException(400, "stream: urgent or bulk; without it both")
    digits = query.get("limit", str(RECORDS))
    limit = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
    if not 1 <= limit <= MOST_RECORDS:
        raise HTTPException(400, f"limit: 1 to {MOST_RECORDS}")
    told = query.get("after")
    try:
        return cursor.START if not told else cursor.read(told), stream, limit
    except cursor.BadCursor as fault:
        raise HTTPException(400, f"after: {fault}") from fault


async def _body(request: Request) -> dict[str, Any]:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST_BODY:
            raise HTTPException(413, f"more than {MOST_BODY} bytes")
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as fault:
        raise HTTPException(400, "not JSON") from fault
    if not isinstance(value, dict):
        raise HTTPException(400, "not a JSON object")
    return value


def _wish(body: dict[str, Any]) -> tuple[Wish, float]:
    """The command, and how many seconds its asker waits for the result."""
    wait_s = body.pop("wait_s", 0)
    if not isinstance(wait_s, int | float) or not 0 <= wait_s <= MOST_WAIT_S:
        raise HTTPException(400, f"wait_s: 0 to {MOST_WAIT_S:.0f}")
    given = {"ttl_ms": 10_000, "by": None, "args": {}} | body
    kinds = {"gateway": str, "target": str, "action": str, "args": dict, "ttl_ms": int}
    for field, kind in kinds.items():
        if not isinstance(given.get(field), kind):
            raise HTTPException(400, f"{field}: {kind.__name__}")
    if not isinstance(given["by"], str | None):
        raise HTTPException(400, "by: str")
    if strange := given.keys() - kinds.keys() - {"by"}:
        raise HTTPException(400, f"no such field: {min(strange)}")
    return Wish(**given), float(wait_s)


def _told(name: str, order: Order | None) -> dict[str, object]:
    if order is None:
        return {"id": name, "state": "sent"}
    return {"id": name, "state": order.state, "reason": order.reason}
