"""Scales.  What lies on them changes all the time."""

from hwsim.orders import Load, Order
from tests.conformance.card import Card, Misbehaviour


def bags(device: str, turn: int) -> Order:
    return Load(device, 1.0 + 0.5 * (turn % 40), 2.5)


CARDS = (
    Card(driver="yaohua", life=bags, least=100),
    Card(
        driver="scale-line",
        life=bags,
        least=100,
        unchecked="no check in the frame: CR LF, the whole line and parity of 7E1 are required; "
        "settle wants a second of equal frames",
        misbehaves=(Misbehaviour("says `OL` when overloaded", {"capacity": 3.0}),),
    ),
)
