"""Files that are there or not there after a power cut, but never in between."""

import os
from pathlib import Path


def sync_directory(directory: Path) -> None:
    """Names made, changed and removed in ``directory`` so far survive a power cut."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(path: Path, data: bytes) -> None:
    """``path`` holds either its old content or ``data``, whatever happens.  OSError."""
    new = path.with_name(path.name + ".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.replace(path)
    sync_directory(path.parent)
