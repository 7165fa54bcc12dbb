"""Answers to ``WWW-Authenticate``: Digest (RFC 7616) and Basic (RFC 7617).  Sans I/O.

Cameras ask for Digest, mostly with MD5; HTTP and RTSP use the same words.  Basic shows the
password to everybody on the wire, so it is given only where nothing else is offered.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

from agent.vision.cameras.address import Login

Fields = Mapping[str, str]

_HASHES = {
    "MD5": hashlib.md5,
    "SHA-256": hashlib.sha256,
    "SHA-512-256": lambda data: hashlib.new("sha512_256", data),
}
_BEST_FIRST = ("SHA-256", "SHA-512-256", "MD5")
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_CHALLENGE = re.compile(rf"\s*,?\s*({_WORD})(?:\s+(?={_WORD}\s*=)|\s*(?=,|\Z))")
_PARAMETER = re.compile(rf'\s*,?\s*({_WORD})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))')


@dataclass(frozen=True, slots=True)
class Challenge:
    scheme: str  # lower case
    fields: Fields  # names in lower case

    @property
    def algorithm(self) -> str:
        return self.fields.get("algorithm", "MD5").upper()


class Answerer:
    """Answers one camera's challenges, and goes on using a nonce as long as it is taken."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._challenge: Challenge | None = None
        self._count = 0

    def challenged(self, headers: Sequence[str]) -> bool:
        """Take what a refusal offers; False if nothing of it can be answered."""
        self._challenge, self._count = _best(list(challenges(headers))), 0
        return self._challenge is not None

    def header(self, method: str, uri: str) -> str | None:
        """What to say in ``Authorization`` to the next request; None while nobody has asked."""
        if self._challenge is None:
            return None
        if self._challenge.scheme == "basic":
            pair = f"{self._login.username}:{self._login.password}"
            return f"Basic {b64encode(pair.encode()).decode()}"
        self._count += 1
        return _digest(self._challenge, self._login, (method, uri), self._count)


def challenges(headers: Sequence[str]) -> Iterator[Challenge]:
    """All that the headers offer; what cannot be understood ends its header."""
    for header in headers:
        at = 0
        while match := _CHALLENGE.match(header, at):
            scheme, at, fields = match[1].lower(), match.end(), {}
            while pair := _PARAMETER.match(header, at):
                at = pair.end()
                value = pair[3] if pair[2] is None else re.sub(r"\\(.)", r"\1", pair[2])
                fields[pair[1].lower()] = value
            yield Challenge(scheme, fields)


def _best(offered: Sequence[Challenge]) -> Challenge | None:
    for algorithm in _BEST_FIRST:
        for challenge in offered:
            if challenge.algorithm == algorithm and _can(challenge):
                return challenge
    return next((challenge for challenge in offered if challenge.scheme == "basic"), None)


def _can(challenge: Challenge) -> bool:
    fields = challenge.fields
    qops = fields.get("qop", "auth").replace(" ", "").split(",")
    return challenge.scheme == "digest" and bool(fields.get("nonce")) and "auth" in qops


def _digest(challenge: Challenge, login: Login, request: tuple[str, str], count: int) -> str:
    """RFC 7616, 3.4.1; without ``qop`` as RFC 2069 had it, which old cameras still speak."""
    fields, (method, uri) = challenge.fields, request
    realm, nonce, cnonce, number = (
        fields.get("realm", ""),
        fields["nonce"],
        token_hex(8),
        f"{count:08x}",
    )
    who = _hash(challenge, f"{login.username}:{realm}:{login.password}")
    what = _hash(challenge, f"{method}:{uri}")
    said = {"username": login.username, "realm": realm, "nonce": nonce, "uri": uri}
    if "qop" in fields:
        said["response"] = _hash(challenge, f"{who}:{nonce}:{number}:{cnonce}:auth:{what}")
        said["cnonce"] = cnonce
    else:
        said["response"] = _hash(challenge, f"{who}:{nonce}:{what}")
    if "opaque" in fields:
        said["opaque"] = fields["opaque"]
    words = [f'{name}="{_quoted(value)}"' for name, value in said.items()]
    words += [f"qop=auth, nc={number}"] if "qop" in fields else []
    words += [f"algorithm={fields['algorithm']}"] if "algorithm" in fields else []
    return f"Digest {', '.join(words)}"


def _hash(challenge: Challenge, text: str) -> str:
    return _HASHES[challenge.algorithm](text.encode()).hexdigest()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
