"""Commands: checked, signed against the box's nonce, sent once, followed by its events.

docs/protocol.md, section 6.  A command that was not answered is never sent again under another
nonce by itself: whoever asked for it decides.
"""

import asyncio
import json
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from city import signing
from city.desk import Desk
from city.link import Publish
from city.parcels import Result
from city.signing import Signer
from city.store.base import FINAL, Order, Store
from city.topics import ID, Topics

Value = str | int | float | bool | None
MOST_TTL_MS = 60_000
MOST_BY = 64
MOST_BODY = 16_384
"""Bytes: a command that needs more is none."""
MOST_GATEWAYS = 100_000
"""Nonces remembered; of more, those that said hello longest ago are forgotten."""
MOST_WAITING = 1000
_MS = 1_000_000


class BadCommand(ValueError):
    """The asker must change it."""


class NotReachable(Exception):
    """The box is not connected, or has not said hello since this city started."""


class NoKey(Exception):
    """The configuration names no key to sign commands with."""


@dataclass(frozen=True, slots=True)
class _Nonce:
    text: str
    since_ns: int  # when the hello came, on our monotonic clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks of a device.  ``args`` are flat."""

    gateway: str
    target: str
    action: str
    args: Mapping[str, Value]
    ttl_ms: int = 10_000
    by: str | None = None


class Commands:
    """``publish`` raises NoBroker.  ``clock`` is monotonic, nanoseconds."""

    def __init__(
        self,
        desk: Desk,
        store: Store,
        signer: Signer | None,
        topics: Topics,
        publish: Publish,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._desk, self._store, self._signer = desk, store, signer
        self._topics, self._publish, self._clock = topics, publish, clock
        self._nonces: OrderedDict[str, _Nonce] = OrderedDict()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}

    def heard(self, gateway: str, nonce: str, mono_ns: int) -> None:
        """The box said hello."""
        self._nonces[gateway] = _Nonce(nonce, mono_ns)
        self._nonces.move_to_end(gateway)
        if len(self._nonces) > MOST_GATEWAYS:
            self._nonces.popitem(last=False)

    def gone(self, gateway: str) -> None:
        """Its connection has ended, and its nonces with it."""
        self._nonces.pop(gateway, None)

    async def send(self, wish: Wish) -> str:
        """The id of the command, which has left.  BadCommand, NotReachable, NoKey, NoBroker,
        StoreRefused."""
        _check(wish)
        if self._signer is None:
            raise NoKey("no [command] key in the configuration 未配置指令密钥")
        if wish.gateway not in self._nonces:
            raise NotReachable(f"{wish.gateway} has not said hello 网关未上线")
        name = f"c-{secrets.token_hex(16)}"
        order = _order(name, wish, self._signer.kid)
        await self._desk.do(lambda: self._store.open_order(order))
        body = self._body(name, wish)
        payload = signing.envelope(self._signer, body)
        expiry_s = -(-wish.ttl_ms // 1000)
        await self._publish(self._topics.down(wish.gateway, "command"), payload, expiry_s)
        return name

    async def result(self, name: str, timeout_s: float) -> Order | None:
        """What is known of it once it is final, or when the time is over; None: no such id."""
        heard = asyncio.get_running_loop().create_future()
        if len(self._waiting) < MOST_WAITING:
            self._waiting.setdefault(name, []).append(heard)
        try:
            order = await self._desk.do(lambda: self._store.order(name))
            if order is None or order.state in FINAL:
                return order
            await asyncio.wait([heard], timeout=timeout_s)
        finally:
            self._leave(name, heard)
        return await self._desk.do(lambda: self._store.order(name))

    def told(self, result: Result) -> None:
        """The store has it."""
        if result.state in FINAL:
            for waiting in self._waiting.pop(result.id, ()):
                if not waiting.done():
                    waiting.set_result(None)

    def _leave(self, name: str, heard: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(name, [])
        if heard in waiting:
            waiting.remove(heard)
        if not waiting:
            self._waiting.pop(name, None)

    def _body(self, name: str, wish: Wish) -> str:
        """Dated now: the nonce may be newer than it was when the store was asked."""
        nonce = self._nonces.get(wish.gateway)
        if nonce is None:
            raise NotReachable(f"{wish.gateway} has gone 网关已离线")
        body: dict[str, object] = {"id": name, "gateway": wish.gateway, "nonce": nonce.text}
        body["age_ms"] = max(0, (self._clock() - nonce.since_ns) // _MS)
        body |= {"ttl_ms": wish.ttl_ms, "target": wish.target, "action": wish.action}
        body["args"] = dict(wish.args)
        if wish.by is not None:
            body["by"] = wish.by
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _order(name: str, wish: Wish, kid: str) -> Order:
    return Order(
        id=name,
        gateway=wish.gateway,
        target=wish.target,
        action=wish.action,
        args=json.dumps(dict(wish.args), ensure_ascii=False, separators=(",", ":")),
        ttl_ms=wish.ttl_ms,
        by=wish.by,
        kid=kid,
    )


def _check(wish: Wish) -> None:
    """BadCommand, with the field that is wrong."""
    for field, name in (("gateway", wish.gateway), ("target", wish.target)):
        if ID.match(name) is None:
            raise BadCommand(f"{field}: 1 to 32 of a-z, 0-9 and -")
    if not 0 < len(wish.action) <= 64:
        raise BadCommand("action: 1 to 64 characters")
    if isinstance(wish.ttl_ms, bool) or not 1 <= wish.ttl_ms <= MOST_TTL_MS:
        raise BadCommand(f"ttl_ms: 1 to {MOST_TTL_MS}")
    if wish.by is not None and len(wish.by) > MOST_BY:
        raise BadCommand(f"by: at most {MOST_BY} characters")
    _check_args(wish)


def _check_args(wish: Wish) -> None:
    for name, value in wish.args.items():
        if not _is_flat(value):
            raise BadCommand(f"args.{name}: a text, a finite number, true, false or null")
    words = json.dumps([dict(wish.args), wish.action, wish.by], ensure_ascii=False)
    try:
        size = len(words.encode())
    except UnicodeEncodeError as fault:
        raise BadCommand("half of a surrogate pair is no text") from fault
    if size > MOST_BODY:
        raise BadCommand(f"args: more than {MOST_BODY} bytes")


def _is_flat(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)
