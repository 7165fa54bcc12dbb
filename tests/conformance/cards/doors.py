"""Doors."""

from hwsim.orders import Order, Show
from tests.conformance.card import Card, Misbehaviour


def codes(device: str, turn: int) -> Order:
    return Show(device, f"LINLI-{turn:05d}")


CARDS = (
    Card(
        driver="gm65",
        life=codes,
        least=8,
        unchecked="a code has no check of its own: its signature is what counts",
        stale="a code tells its own age",
    ),
    Card(
        driver="lock-8a",
        address=1,
        options={"watch": (1,)},
        act=("open", {"channel": 1}),
        told="open",
        least=2,
    ),
    Card(
        driver="lcus",
        options={"channels": 2, "answers": True},
        sim_options={"answers": True},
        act=("on", {"channel": 1}),
        told="on",
        least=0,
        misbehaves=(
            Misbehaviour("old boards never answer", {"answers": False}, {"answers": False}),
        ),
    ),
)
