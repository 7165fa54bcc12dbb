"""What a simulated device is.  ``scale_line.py`` is the smallest one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hwsim.orders import Order


class CannotDo(Exception):
    """This device cannot do what it was told to, or not now; the text says why."""


class Device:
    """A device that does nothing.  Each real one has some of these verbs."""

    def start(self) -> None:
        """It is switched on."""

    def heard(self, data: bytes, at_ns: int) -> None:
        """Bytes on its wire, in any portions; ``at_ns``: boot time when the host wrote them."""

    def do(self, order: Order) -> None:
        """Something happens to it.  Only orders that its ``Sim`` names come here."""
        raise CannotDo(f"nothing can be done with it: {order}")

    def powered(self, on: bool) -> None:
        """Its adapter was plugged in or pulled out."""

    def flood(self) -> Sequence[bytes]:
        """Some thousand different frames, to be sent round and round as fast as they are read."""
        raise CannotDo("it speaks only when spoken to")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sim:
    """One line of the register.  ``orders``: what can be done to it beside silence.

    ``build`` gets a ``Stand``, a ``RadioStand`` where ``radio`` is set, or a ``SightStand`` where
    ``sight`` is.
    """

    name: str
    build: Callable[[Any, Any], Device]
    options: type
    orders: tuple[type[Order], ...] = ()
    needs_address: bool = False
    radio: bool = False
    sight: bool = False
