"""Runs a command under the system-call rules of a unit file, without systemd as init.

``python -m tests.systemd.sandbox UNIT COMMAND…``: libseccomp loads the very sets the unit names
(``systemd-analyze syscall-filter`` expands them), the kernel's own PR_SET_MDWE stands for
MemoryDenyWriteExecute, and both stay in force across exec.  Exit 77: this machine cannot.
"""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from errno import EPERM
from pathlib import Path
from typing import NoReturn

CANNOT = 77
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | EPERM  # seccomp(2): SECCOMP_RET_ALLOW, _ERRNO
_NO_NEW_PRIVS, _SET_MDWE, _REFUSE_EXEC_GAIN = 38, 65, 1  # linux/prctl.h


def setting(unit: Path, name: str) -> list[str]:
    """All values of a key, in the order of the file."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2].strip() for line in lines if line.startswith(f"{name}=")]


def allowed(unit: Path) -> set[str]:
    """The names of the system calls that ``SystemCallFilter=`` lets through."""
    calls = set(_expand("@default"))  # always there (systemd.exec(5))
    for value in setting(unit, "SystemCallFilter"):
        named = {call for word in value.lstrip("~").split() for call in _expand(word)}
        calls = calls - named if value.startswith("~") else calls | named
    return calls


def _expand(name: str) -> Iterator[str]:
    if not name.startswith("@"):
        yield name
        return
    command = ["systemd-analyze", "syscall-filter", "--no-pager", name]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in text.splitlines()[1:]:
        word = line.strip()
        if word and not word.startswith("#"):
            yield from _expand(word)


def confine(calls: set[str], *, no_exec_memory: bool) -> None:
    """From now on, and for all that is executed.  OSError if this kernel or machine cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    _must(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    if no_exec_memory:
        _must(libc.prctl(_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0) == 0)
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(_REFUSE)))
    for name in calls:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else another architecture's
            seccomp.seccomp_rule_add_array(context, ctypes.c_uint32(_ALLOW), number, 0, None)
    _must(seccomp.seccomp_load(context) == 0)


def _must(done: bool) -> None:
    if not done:
        raise OSError(ctypes.get_errno(), "the kernel refused the sandbox")


def main(unit: Path, command: list[str]) -> NoReturn:
    try:
        no_exec_memory = setting(unit, "MemoryDenyWriteExecute") == ["yes"]
        confine(allowed(unit), no_exec_memory=no_exec_memory)
    except OSError as why:
        print(f"no sandbox here: {why}", file=sys.stderr)  # noqa: T201  # a command's words
        sys.exit(CANNOT)
    os.execv(command[0], command)  # noqa: S606  # no shell, an argument list


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
