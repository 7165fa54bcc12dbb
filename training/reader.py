"""The reader's network and its training: from a cut of 160 x 40 to what stands on it.

Forty steps across the cut, each one of the characters or nothing (CTC); beside them the colour,
whether it is a plate at all, and where its corners are, so that a clumsy cut can be cut anew.
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

from training import samples, texts
from training.arrays import Picture
from training.samples import HEIGHT, MOST, NO_PLATE, WIDTH, Source

STEPS = 40
CLASSES = len(texts.CHARACTERS) + 1
LOOKS = len(texts.COLOURS) + 1 + 8
"""Of the second output: colours, then "no plate", then eight shares for the corners."""


def _block(inputs: int, outputs: int, stride: int | tuple[int, int] = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Along(nn.Module):
    """Looks at the neighbours along the row of steps: a character is wider than a step."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, (1, 5), padding=(0, 2), bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.norm(self.conv(x)))


class Reader(nn.Module):
    def __init__(self, width: int = 128) -> None:
        super().__init__()
        self.early = nn.Sequential(_block(3, 24, 2), _block(24, 48, 2), _block(48, 64))  # 10 x 40
        self.late = nn.Sequential(_block(64, 96, (2, 1)), _block(96, 96))  # 5 x 40
        self.row = nn.Sequential(
            nn.Conv2d(96, width, (5, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            _Along(width),
            nn.Dropout(0.1),
            _Along(width),
        )
        self.letters = nn.Conv2d(width, CLASSES, 1)
        self.narrow = nn.Conv2d(96, 16, 1)
        self.looks = nn.Sequential(nn.Linear(16 * 5 * 10, 64), nn.ReLU(), nn.Linear(64, LOOKS))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """``pictures``: N x 3 x 40 x 160, BGR, 0 to 255.  N x steps x classes and N x looks, both
        before any softmax."""
        x = (pictures - 127.5) / 127.5
        late = self.late(self.early(x))
        letters = self.letters(self.row(late)).squeeze(2).permute(0, 2, 1)
        narrow = functional.avg_pool2d(functional.relu(self.narrow(late)), (1, 4))
        return letters, self.looks(narrow.flatten(1))


@dataclass(frozen=True, slots=True)
class Batch:
    pictures: Tensor
    targets: Tensor  # N x 8, padded with 0
    lengths: Tensor
    places: Tensor  # N x steps: class at the step, or -1 where the places are not known
    colours: Tensor
    corners: Tensor


class Stream(IterableDataset[Batch]):
    """Endless batches.  ``real``: the share of photographed samples, told by the trainer."""

    def __init__(self, source: Source, size: int, seed: int, real: float, rounds: int) -> None:
        self._source, self._size, self._seed = source, size, seed
        self._real, self._rounds = real, rounds

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        number, of = (worker.id, worker.num_workers) if worker else (0, 1)
        dice = random.Random(f"{self._seed} {number}")
        for _ in range(math.ceil(self._rounds / of)):
            yield _batch([self._one(dice) for _ in range(self._size)])

    def _one(self, dice: random.Random) -> samples.Sample:
        chance = dice.random()
        if chance < 0.05:
            return self._source.nothing(dice)
        if chance < 0.05 + self._real and self._source.real:
            return self._source.photographed(dice)
        return self._source.synthetic(dice)


def _batch(drawn: list[samples.Sample]) -> Batch:
    pictures = np.stack([one.picture for one in drawn]).transpose(0, 3, 1, 2)
    targets = np.zeros((len(drawn), MOST), np.int64)
    places = np.full((len(drawn), STEPS), -1, np.int64)
    for at, one in enumerate(drawn):
        classes = [samples.CLASS[character] for character in one.text]
        targets[at, : len(classes)] = classes
        if one.at:
            places[at] = 0
            for place, number in zip(one.at, classes, strict=True):
                places[at, min(STEPS - 1, max(0, int(place * STEPS)))] = number
        elif not one.text:
            places[at] = 0
    return Batch(
        torch.from_numpy(pictures.copy()),
        torch.from_numpy(targets),
        torch.tensor([len(one.text) for one in drawn]),
        torch.from_numpy(places),
        torch.tensor([one.colour for one in drawn]),
        torch.from_numpy(np.stack([one.corners for one in drawn])),
    )


def _loss(net: Reader, batch: Batch, by_place: float) -> tuple[Tensor, float]:
    """``by_place``: the weight of the known places against CTC, 1 to 0: CTC alone would first sit
    on "nothing everywhere" for long."""
    letters, looks = net(batch.pictures.float().contiguous(memory_format=torch.channels_last))
    logs = functional.log_softmax(letters, 2)
    lengths = torch.full((len(letters),), STEPS)
    ctc = functional.ctc_loss(
        logs.permute(1, 0, 2), batch.targets, lengths, batch.lengths, zero_infinity=True
    )
    loss = ctc * (1 - by_place)
    if by_place > 0:
        weight = torch.ones(CLASSES)
        weight[0] = 0.35
        loss = loss + by_place * functional.cross_entropy(
            letters.flatten(0, 1), batch.places.flatten(), weight, ignore_index=-1
        )
    return loss + 0.3 * _looks_loss(looks, batch), float(ctc.detach())


def _looks_loss(looks: Tensor, batch: Batch) -> Tensor:
    colours, none, corners = looks.split([len(texts.COLOURS), 1, 8], 1)
    plate = batch.colours != NO_PLATE
    colour = functional.cross_entropy(colours, batch.colours, ignore_index=NO_PLATE)
    absent = functional.binary_cross_entropy_with_logits(none[:, 0], (~plate).float())
    known = ~torch.isnan(batch.corners[:, 0])
    if not known.any():
        return colour + absent
    off = functional.smooth_l1_loss(corners[known], batch.corners[known], beta=0.02)
    return colour + absent + 4 * off


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``mixed_from``: the share of the training after which photos are mixed in."""

    rounds: int = 7000
    size: int = 64
    rate: float = 2.5e-3
    mixed_from: float = 0.6
    real: float = 0.3
    seed: int = 1
    threads: int = 1
    width: int = 128


def train(source: Source, plan: Plan, note: Path) -> Reader:
    """Notes a line every 100 rounds.  The weights are a mean of the last rounds."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    net: Reader = Reader(plan.width).to(memory_format=torch.channels_last)
    mean = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )
    adam = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=1e-2)
    began, told = time.monotonic(), 0.0
    for at, batch in enumerate(_batches(source, plan)):
        share = at / plan.rounds
        adam.param_groups[0]["lr"] = plan.rate * min(1, (at + 1) / 300) * _cosine(share)
        loss, ctc = _loss(net, batch, by_place=max(0.0, 1 - share / 0.3))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        adam.step()
        mean.update_parameters(net)
        told += ctc
        if (at + 1) % 100 == 0:
            seconds = time.monotonic() - began
            with note.open("a") as file:
                print(f"{at + 1} ctc {told / 100:.4f} {seconds:.0f} s", file=file)
            told = 0.0
        if (at + 1) % 1000 == 0:
            torch.save(mean.module.state_dict(), note.with_suffix(".pt"))
    net.load_state_dict(mean.module.state_dict())
    net.eval()
    return net


def _cosine(share: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * share)) + 0.004


def _batches(source: Source, plan: Plan) -> Iterator[Batch]:
    first = round(plan.rounds * plan.mixed_from)
    yield from _loader(source, plan, 0.0, first, plan.seed)
    yield from _loader(source, plan, plan.real, plan.rounds - first, plan.seed + 1000)


def _loader(source: Source, plan: Plan, real: float, rounds: int, seed: int) -> Iterator[Batch]:
    stream = Stream(source, plan.size, seed, real, rounds)
    yield from DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=8)


def exported(net: Reader, file: Path) -> None:
    """ONNX with any number of pictures at once; half-precision weights."""
    example = torch.zeros(1, 3, HEIGHT, WIDTH)
    torch.onnx.export(
        net.eval(),
        (example,),
        file,
        input_names=["pictures"],
        output_names=["letters", "looks"],
        dynamic_axes={"pictures": {0: "n"}, "letters": {0: "n"}, "looks": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )


def read(net: Reader, pictures: Picture) -> list[str]:
    """The likeliest texts, by the likeliest class of each step."""
    with torch.no_grad():
        letters, _ = net(torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy()).float())
    return [_text(steps) for steps in letters.argmax(2).tolist()]


def _text(steps: list[int]) -> str:
    kept = [one for one, before in zip(steps, [0, *steps], strict=False) if one not in (0, before)]
    return "".join(texts.CHARACTERS[one - 1] for one in kept)
