"""Compile the shim: ``python -m hwsim.disk.build --to DIRECTORY`` prints the path of the library.

Exit 3 where there is no C compiler, with words.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).with_name("syncshim.c")
FLAGS = ("-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-pthread")


class NoCompiler(Exception):
    """This machine lacks a C compiler; the text says what to install."""


def build(directory: Path) -> Path:
    """The shim for this machine, in ``directory`` (made if missing); built once per source.

    NoCompiler without gcc or cc; CalledProcessError if the source does not compile here.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NoCompiler("no C compiler here 没有 C 编译器: apt-get install gcc libc6-dev")
    name = f"syncshim-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}.so"
    directory.mkdir(parents=True, exist_ok=True)
    library = directory.resolve() / name
    if not library.exists():
        _compile(compiler, library)
    return library


def _compile(compiler: str, library: Path) -> None:
    with tempfile.TemporaryDirectory(dir=library.parent) as work:
        made = Path(work) / library.name
        command = [compiler, *FLAGS, "-o", str(made), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True)
        made.replace(library)  # two builders at once: either whole library is right


def environment(
    library: Path, *, sync_ms: int = 0, log: Path | None = None, directory: Path | None = None
) -> dict[str, str]:
    """This process's environment with the shim preloaded, for a child to be made sick.

    ``directory`` must exist before the child starts if ``log`` is given.
    """
    more = {"LD_PRELOAD": str(library)}
    if sync_ms:
        more["LINLI_SHIM_SYNC_MS"] = str(sync_ms)
    if log is not None:
        more |= {"LINLI_SHIM_LOG": str(log), "LINLI_SHIM_DIR": str(directory)}
    return {**os.environ, **more}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m hwsim.disk.build", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, metavar="DIRECTORY")
    try:
        library = build(parser.parse_args(argv).to)
    except NoCompiler as lacking:
        sys.stderr.write(f"{lacking}\n")
        return 3
    sys.stdout.write(f"{library}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
