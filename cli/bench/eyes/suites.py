"""All of the eyes' figures, in the order in which they are told."""

from cli.bench.eyes.code_photos import CodePhotos
from cli.bench.eyes.idle_frames import IdleFrames
from cli.bench.eyes.lanes import Lanes
from cli.bench.eyes.phones import Phones
from cli.bench.eyes.plan import Plan
from cli.bench.eyes.plate_photos import PlatePhotos


def suites(plan: Plan) -> tuple[CodePhotos | IdleFrames | Lanes | Phones | PlatePhotos, ...]:
    return (CodePhotos(plan), IdleFrames(plan), Phones(plan), PlatePhotos(plan), Lanes(plan))
