"""The finder's network and its training: where plates are in a picture, and their four corners.

A heat map of the middles of plates at an eighth of the picture's size, beside it for each cell the
corners, and how likely the plate has two rows or is a paper one.
"""

import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset

from training.arrays import floats
from training.street import SIDE, Street, View

STRIDE = 8
CELLS = SIDE // STRIDE
OUTPUTS = 1 + 8 + 2
"""Heat, corners (in strides from the middle of the cell), two rows, paper."""


def _block(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Finder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.quarter = nn.Sequential(_block(3, 16, 2), _block(16, 24, 2))
        self.eighth = nn.Sequential(_block(24, 48, 2), _block(48, 48))
        self.sixteenth = nn.Sequential(_block(48, 72, 2), _block(72, 72))
        self.last = nn.Sequential(_block(72, 96, 2), _block(96, 96), _block(96, 96))
        self.down_16 = nn.Conv2d(96, 48, 1)
        self.side_16 = nn.Conv2d(72, 48, 1)
        self.mixed_16 = _block(48, 48)
        self.side_8 = nn.Conv2d(48, 48, 1)
        self.mixed_8 = _block(48, 48)
        self.head = nn.Conv2d(48, OUTPUTS, 1)
        nn.init.constant_(self.head.bias[:1], -4.0)  # plates are rare: begin by believing so

    def forward(self, pictures: Tensor) -> Tensor:
        """``pictures``: N x 3 x H x W, BGR, 0 to 255, sides divisible by 32.  N x outputs x H/8 x
        W/8, before any sigmoid."""
        eighth = self.eighth(self.quarter((pictures - 127.5) / 127.5))
        sixteenth = self.sixteenth(eighth)
        up = functional.interpolate(self.down_16(self.last(sixteenth)), scale_factor=2.0)
        up = self.mixed_16(functional.relu(up + self.side_16(sixteenth)))
        up = functional.interpolate(up, scale_factor=2.0)
        return self.head(self.mixed_8(functional.relu(up + self.side_8(eighth))))


@dataclass(frozen=True, slots=True)
class Batch:
    """``heat``: 1 in the middle of a plate, falling around it.  ``mind``: 0 where nobody minds."""

    pictures: Tensor
    heat: Tensor
    mind: Tensor
    at: Tensor  # M x 3: picture, row, column of the cells that tell of a plate
    told: Tensor  # M x 11: eight corners, two rows, paper, width of the plate in strides


class Stream(IterableDataset[Batch]):
    def __init__(self, street: Street, size: int, seed: int, rounds: int) -> None:
        self._street, self._size, self._seed, self._rounds = street, size, seed, rounds

    def __iter__(self) -> Iterator[Batch]:
        dice = random.Random(f"{self._seed} finder")
        for _ in range(self._rounds):
            yield _batch([self._street.view(dice) for _ in range(self._size)])


def _batch(views: list[View]) -> Batch:
    heat = np.zeros((len(views), CELLS, CELLS), np.float32)
    mind = np.ones((len(views), CELLS, CELLS), np.float32)
    at: list[tuple[int, int, int]] = []
    told: list[list[float]] = []
    for number, view in enumerate(views):
        for target in view.targets:
            corners = target.corners / STRIDE
            if not target.known:
                low, high = (
                    np.floor(corners.min(0)).astype(int),
                    np.ceil(corners.max(0)).astype(int),
                )
                mind[number, max(0, low[1]) : high[1] + 1, max(0, low[0]) : high[0] + 1] = 0
                continue
            _warm(heat[number], corners)
            width = float(np.hypot(*(corners[1] - corners[0])))
            for row, column in _cells(corners, width):
                middle = floats([column + 0.5, row + 0.5])
                at.append((number, row, column))
                told.append(
                    [*(corners - middle).ravel(), target.rows - 1.0, float(target.paper), width]
                )
    pictures = np.stack([view.picture for view in views]).transpose(0, 3, 1, 2)
    return Batch(
        torch.from_numpy(pictures.copy()),
        torch.from_numpy(heat),
        torch.from_numpy(mind),
        torch.tensor(at, dtype=torch.int64).reshape(-1, 3),
        torch.tensor(told, dtype=torch.float32).reshape(-1, 11),
    )


def _warm(heat: np.ndarray, corners: np.ndarray) -> None:
    middle = corners.mean(0)
    wide = max(0.7, 0.10 * float(np.ptp(corners[:, 0])))
    tall = max(0.7, 0.18 * float(np.ptp(corners[:, 1])))
    ys, xs = np.mgrid[:CELLS, :CELLS] + 0.5
    around = np.exp(-(((xs - middle[0]) / wide) ** 2 + ((ys - middle[1]) / tall) ** 2) / 2)
    row, column = (min(CELLS - 1, max(0, int(one))) for one in middle[::-1])
    around[row, column] = 1.0
    np.maximum(heat, around, out=heat)


def _cells(corners: np.ndarray, width: float) -> list[tuple[int, int]]:
    """The cell of the middle, and its neighbours where the plate is that large."""
    column, row = (int(one) for one in corners.mean(0))
    reach = 1 if width > 5 else 0
    return [
        (r, c)
        for r in range(row - (1 if width > 10 else 0), row + (1 if width > 10 else 0) + 1)
        for c in range(column - reach, column + reach + 1)
        if 0 <= r < CELLS and 0 <= c < CELLS
    ]


def _loss(net: Finder, batch: Batch) -> tuple[Tensor, float, float]:
    out = net(batch.pictures.float().contiguous(memory_format=torch.channels_last))
    heat = _focal(out[:, 0], batch.heat, batch.mind)
    if not len(batch.at):
        return heat, float(heat.detach()), 0.0
    picture, row, column = batch.at.unbind(1)
    there = out[picture, 1:, row, column]
    off = (there[:, :8] - batch.told[:, :8]) / batch.told[:, 10:].clamp(min=2.5)
    corners = functional.smooth_l1_loss(off, torch.zeros_like(off), beta=0.02)
    kinds = functional.binary_cross_entropy_with_logits(there[:, 8:10], batch.told[:, 8:10])
    return heat + 8 * corners + 0.3 * kinds, float(heat.detach()), float(corners.detach())


def _focal(logits: Tensor, heat: Tensor, mind: Tensor) -> Tensor:
    """CenterNet's (Zhou, Wang, Kraehenbuehl 2019): the easy cells count little."""
    logs, against = functional.logsigmoid(logits), functional.logsigmoid(-logits)
    share = logits.sigmoid()
    middles = (heat == 1).float()
    hit = middles * (1 - share) ** 2 * logs
    empty = (1 - middles) * (1 - heat) ** 4 * share**2 * against * mind
    return -(hit + empty).sum() / max(1.0, float(middles.sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    rounds: int = 4800
    size: int = 16
    rate: float = 2e-3
    seed: int = 1
    threads: int = 1


def train(street: Street, plan: Plan, note: Path) -> Finder:
    """Notes a line every 100 rounds."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    net: Finder = Finder().to(memory_format=torch.channels_last)
    mean = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )
    adam = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=1e-2)
    stream = Stream(street, plan.size, plan.seed, plan.rounds)
    began, told = time.monotonic(), np.zeros(2)
    for at, batch in enumerate(
        DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=8)
    ):
        share = at / plan.rounds
        warm = min(1.0, (at + 1) / 300)
        adam.param_groups[0]["lr"] = (
            plan.rate * warm * (0.5 * (1 + math.cos(math.pi * share)) + 0.004)
        )
        loss, heat, corners = _loss(net, batch)
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        adam.step()
        mean.update_parameters(net)
        told += (heat, corners)
        if (at + 1) % 100 == 0:
            with note.open("a") as file:
                heat_, corners_ = told / 100
                seconds = time.monotonic() - began
                print(
                    f"{at + 1} heat {heat_:.4f} corners {corners_:.5f} {seconds:.0f} s", file=file
                )
            told[:] = 0
        if (at + 1) % 500 == 0:
            torch.save(mean.module.state_dict(), note.with_suffix(".pt"))
    net.load_state_dict(mean.module.state_dict())
    net.eval()
    return net


def exported(net: Finder, file: Path) -> None:
    """ONNX for one picture of any size at once."""
    example = torch.zeros(1, 3, 256, 320)
    axes = {2: "height", 3: "width"}
    torch.onnx.export(
        net.eval(),
        (example,),
        file,
        input_names=["pictures"],
        output_names=["plates"],
        dynamic_axes={"pictures": axes, "plates": axes},
        opset_version=17,
        dynamo=False,
    )
