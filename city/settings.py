"""The city's configuration: one TOML file, checked in full, all faults told at once.

``config/city.example.toml`` explains every key.  Relative paths count from the file's folder.
"""

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from city.topics import ID

T = TypeVar("T")
_PORTS = {"mqtts": 8883, "mqtt": 1883}
MOST_RPS = 1_000_000
MOST_FLEET = 10_000_000
_MOST_SECRET = 4096  # bytes of a password or token


class ConfigError(Exception):
    """The configuration cannot be used; a person must edit it.  ``faults`` are all there are."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    host: str
    port: int
    tls: bool
    protocol: str  # "5" or "3.1.1"
    username: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """The pull over TCP; the unix socket needs no configuration."""

    host: str
    port: int
    token: str
    cert_file: Path | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    key_id: str
    key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """What hellos are told.  ``catchup_rps``: readings a second of one box's backfill."""

    catchup_rps: int = 20_000
    fleet: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    tenant: str
    shard: str
    dir: Path
    broker: Broker
    http: Http | None
    command: Command | None
    pacing: Pacing


def load(path: Path) -> Settings:
    """ConfigError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ConfigError([f"{path}: {fault.strerror} 读不到文件"]) from fault
    except ValueError as fault:
        raise ConfigError([f"{path}: not TOML 不是 TOML：{fault}"]) from fault
    faults: list[str] = []
    root = _Table(table, "", path.parent, faults)
    settings = _settings(root)
    if faults or settings is None:
        raise ConfigError([f"{path}: {fault}" for fault in faults])
    return settings


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Table:
    """A table of the file.  What is wrong with it is noted in ``faults`` and reads as None."""

    def __init__(
        self, table: Mapping[str, Any], name: str, folder: Path, faults: list[str]
    ) -> None:
        self._rest, self._name, self._folder, self.faults = dict(table), name, folder, faults

    def fault(self, key: str, words: str) -> None:
        self.faults.append(f"[{self._name}] {key}: {words}" if self._name else f"{key}: {words}")

    def take(self, key: str, judge: Callable[[object], T | None], words: str) -> T | None:
        """None if it is not there or ``judge`` does not know it; then ``words`` say what it is."""
        if key not in self._rest:
            return None
        found = judge(self._rest.pop(key))
        if found is None:
            self.fault(key, words)
        return found

    def need(self, key: str, judge: Callable[[object], T | None], words: str) -> T | None:
        if key not in self._rest:
            self.fault(key, f"is missing, {words} 缺少此项")
        return self.take(key, judge, words)

    def text(self, key: str) -> str | None:
        return self.take(key, _text, "a text 应为文字")

    def number(self, key: str, default: int, most: int) -> int:
        words = f"a whole number, 1 to {most} 应为整数"
        found = self.take(key, lambda value: _number(value, most), words)
        return default if found is None else found

    def file(self, key: str) -> Path | None:
        """A file that is there."""
        name = self.text(key)
        if name is None:
            return None
        path = self._folder / name
        if not path.is_file():
            self.fault(key, f"no file {path} 没有此文件")
            return None
        return path

    def secret(self, key: str) -> str | None:
        """What the file holds, but for the line's end."""
        path = self.file(key)
        if path is None:
            return None
        try:
            data = path.read_bytes()
            secret = data[: _MOST_SECRET + 1].decode().rstrip("\r\n")
        except (OSError, ValueError):
            secret = ""
        if not 0 < len(secret) <= _MOST_SECRET:
            self.fault(key, f"{path}: a line of text, at most {_MOST_SECRET} bytes 应为一行文字")
            return None
        return secret

    def path(self, key: str) -> Path | None:
        name = self.need(key, _text, "a folder 应为目录")
        return None if name is None else self._folder / name

    def table(self, key: str) -> "_Table | None":
        """None if it is not there."""
        found = self.take(key, lambda value: value if isinstance(value, dict) else None, "a table")
        return None if found is None else _Table(found, key, self._folder, self.faults)

    def end(self) -> None:
        """Whatever was not taken is a slip of the pen."""
        for key in self._rest:
            self.fault(key, "no such key 没有此项")


def _settings(root: _Table) -> Settings | None:
    words = "1 to 32 of a-z, 0-9 and - 只能用小写字母、数字和连字符"
    tenant, shard = root.need("tenant", _id, words), root.need("shard", _id, words)
    folder = root.path("dir")
    broker = _broker(root.table("broker") or _Table({}, "broker", Path(), root.faults))
    http, command = _http(root.table("http")), _command(root.table("command"))
    pacing = _pacing(root.table("pacing"))
    root.end()
    if tenant is None or shard is None or folder is None or broker is None:
        return None
    return Settings(
        tenant=tenant,
        shard=shard,
        dir=folder,
        broker=broker,
        http=http,
        command=command,
        pacing=pacing,
    )


def _broker(table: _Table) -> Broker | None:
    where = table.need("url", _text, 'as "mqtts://broker:8883" 消息服务器地址')
    words = '"5" or "3.1.1"'
    protocol = table.take(
        "protocol", lambda value: value if value in ("5", "3.1.1") else None, words
    )
    username, password = table.text("username"), table.secret("password_file")
    ca_file = table.file("ca_file")
    cert_file, key_file = _pair(table)
    table.end()
    place = None if where is None else _place(table, where)
    if place is None:
        return None
    tls, host, port = place
    return Broker(
        host=host,
        port=port,
        tls=tls,
        protocol=protocol or "5",
        username=username,
        password=password,
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
    )


def _place(table: _Table, where: str) -> tuple[bool, str, int] | None:
    """TLS, host and port of the broker."""
    try:
        url = urlsplit(where)
        host, port = url.hostname, url.port
    except ValueError:
        host, port = None, None
    if host is None or url.scheme not in _PORTS or url.path not in ("", "/") or url.username:
        table.fault("url", 'as "mqtts://broker:8883", no more 应形如 "mqtts://broker:8883"')
        return None
    if url.scheme == "mqtt" and not is_loopback(host):
        table.fault("url", "mqtt:// only on this machine, else mqtts:// 非本机必须用 mqtts://")
        return None
    return url.scheme == "mqtts", host, port or _PORTS[url.scheme]


def _http(table: _Table | None) -> Http | None:
    if table is None:
        return None
    words = 'an address and a port, as "127.0.0.1:8089" 应为地址和端口'
    listen, token = table.need("listen", _listen, words), table.secret("token_file")
    cert_file, key_file = _pair(table)
    table.end()
    if token is None and not table.faults:
        table.fault("token_file", "is missing: readers need a token 缺少令牌文件")
    if listen is None or token is None:
        return None
    host, port = listen
    if cert_file is None and not is_loopback(host):
        table.fault("listen", "others than this machine only with cert_file 非本机必须用 TLS 证书")
    return Http(host=host, port=port, token=token, cert_file=cert_file, key_file=key_file)


def _command(table: _Table | None) -> Command | None:
    if table is None:
        return None
    key_id = table.need("key_id", _key_id, "1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'")
    name = table.need("key_file", _text, "a file 应为文件")
    table.end()
    if key_id is None or name is None:
        return None
    return Command(key_id=key_id, key_file=table._folder / name)  # noqa: SLF001


def _pacing(table: _Table | None) -> Pacing:
    if table is None:
        return Pacing()
    of = Pacing()
    pacing = Pacing(
        catchup_rps=table.number("catchup_rps", of.catchup_rps, MOST_RPS),
        fleet=table.number("fleet", of.fleet, MOST_FLEET),
    )
    table.end()
    return pacing


def _pair(table: _Table) -> tuple[Path | None, Path | None]:
    cert_file, key_file = table.file("cert_file"), table.file("key_file")
    if (cert_file is None) != (key_file is None) and not table.faults:
        table.fault("cert_file", "and key_file go together 证书和私钥必须成对")
    return cert_file, key_file


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and ID.match(value) else None


def _key_id(value: object) -> str | None:
    text = _text(value)
    plain = text is not None and len(text) <= 64 and text.isascii()
    return text if plain and all(c.isalnum() or c in "._-" for c in text or "") else None


def _number(value: object, most: int) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and isinstance(value, int) and 1 <= value <= most else None


def _listen(value: object) -> tuple[str, int] | None:
    try:
        url = urlsplit(f"//{value}")
        host, port = url.hostname, url.port
    except ValueError:
        return None
    plain = isinstance(value, str) and url.path == "" and url.username is None
    return (host, port) if plain and host and port is not None else None
