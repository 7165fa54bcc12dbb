"""What a simulated camera stands on: its place in the world, and the process that draws."""

from collections.abc import Callable, Mapping

from hwsim.stand import Footing, Ground

Say = Callable[[Mapping[str, object]], None]


class SightStand(Footing):
    """``spec``: what the camera adds to its bus's own; set before the world begins."""

    def __init__(self, device: str, world: Ground) -> None:
        super().__init__(device, world)
        self.seed = f"{world.seed}/{device}"
        self.spec: dict[str, object] = {}
        self.say: Say = lambda _order: None
