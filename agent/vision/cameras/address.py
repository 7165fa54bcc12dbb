"""Where a camera is, as ``source`` in the configuration says it, and who asks there.

No text of an address ever holds a password: passwords come from a file, are read anew at each
opening, and go nowhere but to the camera.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from agent.vision.cameras.base import CameraRefused

PORTS: Final = {"http": 80, "https": 443, "rtsp": 554}
MOST_PASSWORD = 256  # bytes


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.username!r})"


@dataclass(frozen=True, slots=True)
class Web:
    """On a network.  ``target``: path and query, as HTTP and RTSP ask for it."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        """Without the query: cameras that want passwords in it exist."""
        return f"{self.scheme}://{self.authority}{self.target.partition('?')[0]}"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


@dataclass(frozen=True, slots=True)
class Local:
    """A device, folder, file or unix socket of this machine."""

    scheme: str
    path: Path

    def __str__(self) -> str:
        return f"{self.scheme}:{self.path}"


def parse(source: str) -> Web | Local:
    """CameraRefused for what the check of a configuration would not let through."""
    scheme, _, rest = source.partition(":")
    if scheme in {"v4l2", "folder", "file", "mjpeg+unix"} and rest.startswith("/"):
        return Local(scheme, Path(rest))
    try:
        url = urlsplit(source)
        port = url.port
    except ValueError as why:
        raise CameraRefused("地址有误 no address of a camera") from why
    if url.scheme not in PORTS or not url.hostname or "@" in url.netloc:
        raise CameraRefused("地址有误 no address of a camera")
    return Web(url.scheme, url.hostname, port or PORTS[url.scheme], _target(url))


def login(username: str | None, secret: Path | None) -> Login | None:
    """None where the camera asks nobody.  CameraRefused if the password cannot be read."""
    if username is None:
        return None
    return Login(username, "" if secret is None else _password(secret))


def _target(url: SplitResult) -> str:
    path = url.path or "/"
    return f"{path}?{url.query}" if url.query else path


def _password(file: Path) -> str:
    """Without the line end that editors add."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_PASSWORD + 1)
    except OSError as why:
        raise CameraRefused(f"密码文件 {file}: {why.strerror}") from why
    if len(data) > MOST_PASSWORD:
        raise CameraRefused(f"密码文件 {file}: more than {MOST_PASSWORD} bytes")
    try:
        return data.decode().rstrip("\r\n")
    except UnicodeDecodeError as why:
        raise CameraRefused(f"密码文件 {file}: not UTF-8") from why
