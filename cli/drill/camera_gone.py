"""A lane's camera is gone for a while, as when its cable is pulled."""

from cli.drill import camera_lost
from cli.drill.camera_lost import Loss
from cli.drill.room import Finding, Room

GONE = Loss(
    harm="gone",
    fault="gone",
    seconds=26.0,
    told_s=20.0,  # 15 s without a frame (agent.vision.health.camera), and a look every second
    well_s=20.0,  # the feed tries again with growing pauses; then 3 s of frames
    how="a lane's camera is gone for 26 s: told once within the bound, well once; vehicles by the "
    "world's truth, before and after, told once each",
)


def drill(room: Room) -> Finding:
    return camera_lost.drill(room, GONE)
