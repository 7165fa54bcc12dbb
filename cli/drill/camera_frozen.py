"""A lane's camera sends the same picture for ever: it is there, and sees nothing."""

from cli.drill import camera_lost
from cli.drill.camera_lost import Loss
from cli.drill.room import Finding, Room

FROZEN = Loss(
    harm="freeze",
    fault="frozen",
    seconds=45.0,
    told_s=36.0,  # 30 s of the same frame (agent.vision.health.camera)
    well_s=8.0,  # 3 s of frames that differ
    how="a lane's camera sends one picture for 45 s: told once within the bound, well once; "
    "vehicles by the world's truth, before and after, told once each",
)


def drill(room: Room) -> Finding:
    return camera_lost.drill(room, FROZEN)
