"""The sick disk of the simulated world, built where a compiler is."""

import subprocess
import sys
from pathlib import Path

from cli.drill.room import Cannot


def built(directory: Path) -> Path:
    """The shim to preload; Cannot where there is no compiler."""
    built = subprocess.run(
        [sys.executable, "-m", "hwsim.disk.build", "--to", str(directory)],
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        raise Cannot(f"the disk shim cannot be built here: {built.stderr.strip()[-200:]}")
    return Path(built.stdout.strip())
