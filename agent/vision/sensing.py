"""Which senses a camera has, by its ``use``; models are loaded only where somebody needs them."""

from collections.abc import Iterator, Sequence

from agent.config import settings
from agent.vision.lane import Lane, ReadsPlates
from agent.vision.senses import Codes, Outside, SeesCodes, Sense


def sensing(camera: settings.Camera, outside: Outside) -> Sequence[Sense]:
    return tuple(_senses(camera, outside))


def _senses(camera: settings.Camera, outside: Outside) -> Iterator[Sense]:
    if "plates" in camera.use:
        yield Lane(camera, _plate_reader(), outside)
    if "codes" in camera.use:
        yield Codes(camera, _code_watch(), outside.say)


def _plate_reader() -> ReadsPlates:
    from agent.vision.plates.reader import PlateReader  # noqa: PLC0415  # megabytes of models

    return PlateReader()


def _code_watch() -> SeesCodes:
    from agent.vision.codes.reader import CodeReader  # noqa: PLC0415  # a library of its own
    from agent.vision.codes.watch import CodeWatch  # noqa: PLC0415

    return CodeWatch(CodeReader())
