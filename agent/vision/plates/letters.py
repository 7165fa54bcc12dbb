"""From the reader's steps to texts: a beam search over its connectionist output (CTC).

Forty steps, each of which is a character or nothing; the same character in steps that follow each
other is one.  A text's probability is that of all its paths together.
"""

from collections import defaultdict

import numpy as np

from agent.vision.plates.network import Numbers

CHARACTERS = (
    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"  # provinces
    "学警港澳挂使领临"
    "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
)
"""As the reader was trained: class n + 1 is the nth, class 0 is nothing."""

BEAM = 12  # texts that are followed
LEAST = 5e-3  # a class that is less likely in a step is not followed
PLAIN = 0.97  # each step so sure of itself: there is no other text to follow
LONGEST = 9  # characters; no plate has more than eight

Texts = dict[str, float]


def softmax(numbers: Numbers) -> Numbers:
    shifted = np.exp(numbers - numbers.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), np.float32)


def texts(steps: Numbers) -> Texts:
    """``steps``: steps x classes, probabilities.  The likeliest texts and their probabilities."""
    best = steps.argmax(1)
    least = steps[np.arange(len(steps)), best]
    if float(least.min()) >= PLAIN:
        return {_folded([int(at) for at in best]): float(least.prod())}
    beam: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for step in steps:
        beam = _next(beam, step)
    return {text: ended + open_ for text, (ended, open_) in beam.items()}


def _folded(steps: list[int]) -> str:
    kept = [one for one, before in zip(steps, [0, *steps], strict=False) if one not in (0, before)]
    return "".join(CHARACTERS[one - 1] for one in kept)


def _next(beam: dict[str, tuple[float, float]], step: Numbers) -> dict[str, tuple[float, float]]:
    """By text: the probability that its last step was nothing, and that it was its last sign."""
    ended: dict[str, float] = defaultdict(float)
    running: dict[str, float] = defaultdict(float)
    likely = [(int(at), float(step[at])) for at in np.nonzero(step[1:] >= LEAST)[0] + 1]
    nothing = float(step[0])
    for text, (e, r) in beam.items():
        ended[text] += (e + r) * nothing
        for at, chance in likely:
            sign = CHARACTERS[at - 1]
            if text and text[-1] == sign:
                running[text] += r * chance
                if e and len(text) < LONGEST:
                    running[text + sign] += e * chance
            elif len(text) < LONGEST:
                running[text + sign] += (e + r) * chance
    both = {text: (ended[text], running[text]) for text in {*ended, *running}}
    best = sorted(both, key=lambda text: -sum(both[text]))[:BEAM]
    return {text: both[text] for text in best}
