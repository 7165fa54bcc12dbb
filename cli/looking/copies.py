"""Drawn copies of the pictures in a folder."""

from pathlib import Path

from agent.vision.draw import draw, jpeg
from agent.vision.look import Seen


class Copies:
    """``car.png`` becomes ``car.seen.jpg`` there: no original is overwritten, whatever the folder.

    Pictures of the same name from different folders get a number.  OSError where nothing can be
    written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._count = dict[str, int]()

    def add(self, file: str, seen: Seen) -> Path:
        stem = Path(file).name.rpartition(".")[0] or Path(file).name
        count = self._count[stem] = self._count.get(stem, 0) + 1
        path = self._folder / f"{stem}{'' if count == 1 else f'.{count}'}.seen.jpg"
        path.write_bytes(jpeg(draw(seen.picture, seen.plates, seen.codes)))
        return path
