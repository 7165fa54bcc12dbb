"""The words of a signed command: docs/protocol.md, section 6.  Pure; nothing raises.

What does not fit is no command.  The bounds keep an order small enough for every driver and for
the journal; the platform's are no wider.
"""

import base64
import binascii
import math
import re
from dataclasses import dataclass

from agent.model.messages import Fields
from agent.model.places import ID
from agent.sync.wire import parse

PREFIX = b"linli/v1/command\n"
"""Stands before the body under the signature, so that no other signed text is ever a command."""

MOST_BODY = 16 * 1024  # bytes
MOST_TTL_MS = 60_000
_MOST_AGE_MS = 2**53  # what JSON numbers hold everywhere
_MOST_ARGS, _MOST_NAME, _MOST_TEXT = 32, 64, 1024
_MOST_BY = 64

_ORDER_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")  # actions, as drivers name theirs


@dataclass(frozen=True, slots=True)
class Envelope:
    """``body`` is the text exactly as it was sent; it may not be read before it is verified."""

    kid: str
    alg: str
    body: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """What the signature covers."""
        return PREFIX + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    id: str
    gateway: str
    nonce: str
    age_ms: int
    ttl_ms: int
    target: str
    action: str
    args: Fields
    by: str  # who asked for it, "" if the platform does not say


def read_envelope(payload: bytes) -> Envelope | None:
    told = parse(payload)
    if told is None:
        return None
    kid, alg, body, sig = (told.get(name) for name in ("kid", "alg", "body", "sig"))
    if not (isinstance(kid, str) and isinstance(alg, str)):
        return None
    if not (isinstance(body, str) and isinstance(sig, str)):
        return None
    try:
        text, signature = body.encode(), base64.b64decode(sig, validate=True)
    except (binascii.Error, ValueError):  # the latter: half of a surrogate pair, not ASCII
        return None
    return Envelope(kid, alg, text, signature) if len(text) <= MOST_BODY else None


def read_order(body: bytes) -> Order | str | None:
    """Of a body that was verified.  What is no order gives its id, if that at least is one."""
    told = parse(body)
    name = None if told is None else told.get("id")
    if told is None or not isinstance(name, str) or not _ORDER_ID.match(name):
        return None
    age, ttl = (
        _whole(told.get("age_ms"), 0, _MOST_AGE_MS),
        _whole(told.get("ttl_ms"), 1, MOST_TTL_MS),
    )
    args = told.get("args", {})
    texts = [told.get(field) for field in ("gateway", "nonce", "target", "action")]
    by = told.get("by", "")
    if not all(isinstance(text, str) for text in texts) or not _fits_by(by):
        return name
    if age is None or ttl is None or not _fits_args(args):
        return name
    gateway, nonce, target, action = map(str, texts)
    if not ID.match(target) or not _WORD.match(action):
        return name
    return Order(
        id=name,
        gateway=gateway,
        nonce=nonce,
        age_ms=age,
        ttl_ms=ttl,
        target=target,
        action=action,
        args=args,
        by=by,
    )


def _whole(value: object, least: int, most: int) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if least <= value <= most else None


def _fits_by(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_BY and (not value or value.isprintable())


def _fits_args(value: object) -> bool:
    if not isinstance(value, dict) or len(value) > _MOST_ARGS:
        return False
    return all(
        len(name) <= _MOST_NAME and _encodes(name) and _fits_arg(one) for name, one in value.items()
    )


def _fits_arg(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _MOST_TEXT and _encodes(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= _MOST_AGE_MS
    return value is None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
