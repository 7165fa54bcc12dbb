"""A camera at a door: people hold their phones before it."""

import hashlib
from dataclasses import asdict, dataclass

from hwsim.devices.base import Device, Sim
from hwsim.orders import Order, Show
from hwsim.sights.codes import Code
from hwsim.sights.stand import SightStand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``harsh``: also what nothing can read, two pixels a module, glare over all of it."""

    hold_s: float = 2.5  # how long a phone is held
    between_s: float = 0.7  # until the next one has stepped up
    harsh: bool = False


class PhoneCamera(Device):
    """Bytes of a code that are no UTF-8 come as lone surrogates (PEP 383)."""

    def __init__(self, stand: SightStand, options: Options) -> None:
        self._stand = stand
        stand.spec = {"sees": "phones", "seed": stand.seed, "options": asdict(options)}

    def do(self, order: Order) -> None:
        if isinstance(order, Show):
            code = Code(order.code.encode(errors="surrogateescape"), order.part, order.parts)
            seen = code.content
            digest = hashlib.sha256(seen).hexdigest()
            self._stand.happened("shown", code=seen.decode(errors="replace"), code_sha256=digest)
            told = {"code": order.code, "part": order.part, "parts": order.parts}
            self._stand.say({"do": "show", **told})


SIM = Sim(name="phone_camera", build=PhoneCamera, options=Options, orders=(Show,), sight=True)
