"""How well a reader reads the plates that it was never trained on, by its likeliest steps alone."""

import os
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before it is imported

import onnxruntime  # type: ignore[import-untyped]  # it ships no types

from training import photos, texts
from training.samples import HEIGHT, TALL, WIDTH, laid_out

MARGIN = 0.025


def check(model: Path, folder: Path) -> dict[str, object]:
    """By kind of picture: how many, and the share that is read exactly."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    right: dict[str, list[bool]] = defaultdict(list)
    for one in photos.labelled(folder):
        if one.held_out and one.text:
            cut = _cut(one).transpose(2, 0, 1)[None].astype(np.float32)
            steps = session.run(["letters"], {"pictures": cut})[0][0].argmax(1)
            wanted = one.text[0] + one.text[1].replace("O", "0") + one.text[2:]
            right["crops" if one.corners is None else "photos"].append(_text(steps) == wanted)
    return {
        kind: {"n": len(all_), "exact": round(float(np.mean(all_)), 4)}
        for kind, all_ in right.items()
    }


def _cut(one: photos.Labelled) -> np.ndarray:
    if one.kind == "double-row":
        return laid_out(photos.straight(one, (WIDTH, TALL), MARGIN))
    if one.corners is None:
        return cv2.resize(one.picture, (WIDTH, HEIGHT))
    return photos.straight(one, (WIDTH, HEIGHT), MARGIN)


def _text(steps: np.ndarray) -> str:
    kept = [one for one, before in zip(steps, [0, *steps], strict=False) if one not in (0, before)]
    return "".join(texts.CHARACTERS[one - 1] for one in kept)
