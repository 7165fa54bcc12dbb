"""Scales.  What lies on them changes all the time."""

from hwsim.orders import Load, Order, Set
from tests.conformance.card import Card, Misbehaviour, said


def bags(device: str, turn: int) -> Order:
    return Load(device, 1.0 + 0.5 * (turn % 40), 2.5)


STILL = said(Set, 1.0, 2.5, 0.0, 7.5, 3.2)  # a load that moves refuses a tare

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
    Card(
        driver="weigher-modbus",
        address=1,
        life=STILL,
        least=30,
        act=("tare", {}),
        told="tare",
        misbehaves=(
            Misbehaviour("overloaded", {"capacity": 3.0}),
            Misbehaviour("an old firmware, overloaded", {"firmware": 120, "capacity": 3.0}),
            Misbehaviour("its first firmware", {"firmware": 100}),
            Misbehaviour("does not tare, and says nothing", {"deaf": True}),
        ),
    ),
    Card(driver="yaohua-cmd", address=1, life=bags, least=30),
    Card(
        driver="yaohua-equals",
        life=bags,
        least=100,
        options={"order": "reversed", "confirmed_kg": 5.0},
        unchecked="no check in the frame: two equal ones in a row are required",
        misbehaves=(Misbehaviour("low digit last", {"order": "forward"}, {"order": "forward"}),),
    ),
    Card(
        driver="yaohua-a12e",
        life=bags,
        least=100,
        misbehaves=(Misbehaviour("says `OL` when overloaded", {"capacity": 3.0}),),
    ),
    Card(
        driver="toledo",
        life=bags,
        least=100,
        options={"check": "on"},
        misbehaves=(
            Misbehaviour("overloaded", {"capacity": 3.0}),
            Misbehaviour("sends no check", {"check": False}, {"check": "off"}),
        ),
    ),
    Card(
        driver="mt-sics",
        life=STILL,
        least=30,
        act=("zero", {}),
        told="zero",
        unchecked="no check in the answer: the whole line with its status is required",
        misbehaves=(Misbehaviour("says `S +` when overloaded", {"capacity": 3.0}),),
    ),
    Card(driver="zemic", address=1, life=bags, least=30, options={"confirmed_kg": 5.0}),
)
