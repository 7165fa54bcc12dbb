"""The machine as its kernel shows it: /proc and /sys, under a root that tests may replace."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOST = 65536  # bytes of a file of /proc or /sys


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    parent: int
    name: str  # at most 15 bytes, as the kernel keeps it (proc(5), comm)


@dataclass(frozen=True, slots=True)
class Mount:
    point: str
    kind: str
    options: frozenset[str]


class Host:
    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        return self._root / name.lstrip("/")

    def text(self, name: str) -> str | None:
        """The stripped content; None if it is not there or may not be read."""
        try:
            with self.path(name).open("rb") as file:
                return file.read(_MOST).decode(errors="replace").strip()
        except OSError:
            return None

    def glob(self, pattern: str) -> list[Path]:
        return sorted(self._root.glob(pattern.lstrip("/")))

    def processes(self) -> Iterator[Process]:
        for folder in self.glob("/proc/[0-9]*"):
            stat = self.text(f"/proc/{folder.name}/stat")
            if stat is not None and ")" in stat:  # else it has just ended
                name, rest = stat.split("(", 1)[1].rsplit(")", 1)
                yield Process(int(folder.name), int(rest.split()[1]), name)

    def holders(self, device: Path) -> list[Process]:
        """Who has ``device`` open, among those whose files we may see."""
        target = os.path.realpath(device)
        return [each for each in self.processes() if self._holds(each.pid, target)]

    def _holds(self, pid: int, target: str) -> bool:
        with contextlib.suppress(OSError):  # another user's process, or one that ended meanwhile
            for handle in self.path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(handle.readlink()) == target:
                        return True
        return False

    def mount(self, path: Path) -> Mount | None:
        """The mount that ``path`` lies in (proc(5), mountinfo): the last of the deepest wins."""
        real, found = os.path.realpath(path), None
        for line in (self.text("/proc/self/mountinfo") or "").splitlines():
            mount = _mount(line)
            inside = mount is not None and os.path.commonpath([real, mount.point]) == mount.point
            if inside and mount and (found is None or len(mount.point) >= len(found.point)):
                found = mount
        return found


def _mount(line: str) -> Mount | None:
    own, dash, rest = line.partition(" - ")
    words, kinds = own.split(), rest.split()
    if not dash or len(words) < 6 or len(kinds) < 3:
        return None
    point = words[4].replace("\\040", " ")
    return Mount(point, kinds[0], frozenset(words[5].split(",")) | frozenset(kinds[2].split(",")))
