"""From folders to a model: the material, the training, the file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2

from training import finder as find
from training import photos, samples, street
from training import reader as read
from training.arrays import Picture
from training.draw import Palette
from training.glyphs import Glyphs
from training.half import halved

LONGEST = 1200  # pixels of a scene


@dataclass(frozen=True)
class Asked:
    """``rounds`` None: as many as the shipped models had."""

    rounds: int | None = None
    seed: int = 1
    threads: int = 2


@dataclass(frozen=True)
class Material:
    """What is held out is not in it."""

    glyphs: Glyphs
    known: Sequence[photos.Labelled]
    scenes: Sequence[Picture]
    palettes: dict[str, list[Palette]]

    @staticmethod
    def of(
        glyphs: Path | None, known: Sequence[photos.Labelled], scenes: Sequence[Path]
    ) -> "Material":
        kept = [one for one in known if not one.held_out]
        shapes = Glyphs.of(glyphs) if glyphs else Glyphs({})
        return Material(shapes, kept, _scenes(scenes), _palettes(kept))


def _palettes(known: Sequence[photos.Labelled]) -> dict[str, list[Palette]]:
    palettes: dict[str, list[Palette]] = {}
    for one in known:
        seen = photos.palette(photos.straight(one, (160, 48), 0.0)) if one.text else None
        if seen is not None:
            palettes.setdefault(one.colour, []).append(seen)
    return palettes


def _scenes(folders: Sequence[Path]) -> list[Picture]:
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.is_file())
    read_ = (cv2.imread(str(file), cv2.IMREAD_COLOR) for file in files)
    return [_smaller(one) for one in read_ if one is not None and min(one.shape[:2]) >= 100]


def _smaller(picture: Picture) -> Picture:
    share = min(1.0, LONGEST / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)


def reader(material: Material, asked: Asked, out: Path) -> Path:
    cv2.setNumThreads(0)  # forked loaders hang on OpenCV's own threads
    plan = read.Plan(seed=asked.seed, threads=asked.threads)
    if asked.rounds:
        plan = replace(plan, rounds=asked.rounds)
    texts = [one for one in material.known if one.text]
    source = samples.Source(material.glyphs, material.palettes, texts, material.scenes)
    net = read.train(source, plan, out / "reader.txt")
    return _written(read.exported, net, out / "reader.onnx")


def finder(material: Material, asked: Asked, out: Path) -> Path:
    cv2.setNumThreads(0)  # same
    plan = find.Plan(seed=asked.seed, threads=asked.threads)
    if asked.rounds:
        plan = replace(plan, rounds=asked.rounds)
    pictures = street.photographs(material.known)
    scene = street.Street(material.glyphs, material.palettes, pictures, material.scenes)
    net = find.train(scene, plan, out / "finder.txt")
    return _written(find.exported, net, out / "finder.onnx")


Net = TypeVar("Net", read.Reader, find.Finder)


def _written(export: Callable[[Net, Path], None], net: Net, file: Path) -> Path:
    export(net, file)
    halved(file)
    return file
