"""How much is measured, and on which photos."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.drill.room import Cannot

CHECKOUT = Path(__file__).resolve().parents[3]
BESIDE = CHECKOUT.parent / "shared" / "data"
HELDOUT = CHECKOUT / "training" / "heldout.txt"
"""Names of photos that no model was trained on, one a line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``folder`` holds labelled photos (docs/benchmarks.md); None: there are none."""

    folder: Path | None
    quick: bool = False
    seed: int = field(default_factory=lambda: secrets.randbelow(2**31 - 100))
    """Of what is simulated: fresh in each run, and told."""

    def some(self, many: int) -> int:
        """A sample's size; a quick one is a fifth."""
        return max(1, many // 5) if self.quick else many

    def labels(self, kind: str, name: str = "labels.csv") -> Path:
        """Of ``plates`` or ``qr``.  Cannot, where there are none."""
        if self.folder is None:
            raise Cannot("no folder of labelled photos: --photos DIR or LINLI_PHOTOS")
        path = self.folder / kind / name
        if not path.is_file():
            raise Cannot(f"no {kind}/{name} in the folder of labelled photos")
        return path


def folder(given: Path | None, environ: Mapping[str, str]) -> Path | None:
    """What was asked for, or the one beside the checkout if it is there."""
    told = given or (Path(environ["LINLI_PHOTOS"]) if environ.get("LINLI_PHOTOS") else None)
    return told or (BESIDE if BESIDE.is_dir() else None)


def heldout(path: Path = HELDOUT) -> frozenset[str] | None:
    """Base names; None where nobody wrote the list, so that nothing is known of any photo."""
    if not path.is_file():
        return None
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(Path(line).name for line in lines if line and line[0] != "#")
