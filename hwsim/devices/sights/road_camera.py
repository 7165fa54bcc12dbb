"""A camera over a lane: vehicles come and go by themselves, as the seed has them."""

from dataclasses import asdict, dataclass
from typing import Literal

from hwsim.devices.base import Device, Sim
from hwsim.sights.drive import Story
from hwsim.sights.stand import SightStand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``stories`` come with equal weight.  ``until_s``: nobody begins later; 0: endless."""

    stories: tuple[Story, ...] = ("approach", "approach", "departure", "no_plate", "paper")
    every_s: float = 8.0
    park_s: float = 22.0
    until_s: float = 0.0
    direction: Literal["in", "out"] = "in"
    night: bool = False
    rain: bool = False
    flicker: float = 0.0


class RoadCamera(Device):
    def __init__(self, stand: SightStand, options: Options) -> None:
        stand.spec = {"sees": "road", "seed": stand.seed, "options": asdict(options)}


SIM = Sim(name="road_camera", build=RoadCamera, options=Options, sight=True)
