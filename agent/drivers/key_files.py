"""A device's secret key, read from the file that its options name (``key_file``).

A driver reads it once, when it is built, and nothing else from any disk.
"""

from pathlib import Path

from agent.drivers.base import Refused

_MOST = 1024  # bytes that are looked at


def read_key(path: Path | None, size: int) -> bytes:
    """The key of ``size`` bytes: as they are, or as hexadecimal text.

    Refused if there is none; a driver keeps that and answers each command with it, since doors
    beside this one must go on.  The text never shows what the file holds.
    """
    if path is None:
        raise Refused("no key_file is configured 没有配置密钥文件 key_file")
    try:
        with path.open("rb") as file:
            told = file.read(_MOST)
    except OSError as error:
        raise Refused(f"the key cannot be read: {error.strerror} 无法读取密钥") from None
    key = told if len(told) == size else _from_text(told)
    if len(key) != size:
        raise Refused(f"the key must have {size} bytes 密钥长度应为 {size} 字节")
    return key


def _from_text(told: bytes) -> bytes:
    try:
        return bytes.fromhex(told.decode("ascii"))
    except ValueError:
        return b""
