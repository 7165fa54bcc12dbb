"""Doors."""

from hwsim.orders import Order, Show
from tests.conformance.card import Card, Misbehaviour


def codes(device: str, turn: int) -> Order:
    return Show(device, f"LINLI-{turn:05d}")


def cards_shown(device: str, turn: int) -> Order:
    return Show(device, f"01{turn:08X}")


def badges_shown(device: str, turn: int) -> Order:
    return Show(device, f"{0x0FC350 + turn:06X}")


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
    Card(
        driver="rdm6300",
        life=cards_shown,
        least=8,
        stale="a card that was held is worth knowing of",
        misbehaves=(
            Misbehaviour("a card is told every 50 to 220 ms while it is held", {"repeat_s": 0.22}),
            Misbehaviour("a bad antenna cuts the first frame", {"slips": True}),
        ),
    ),
    Card(
        driver="wiegand-485",
        options={"form": "bits"},
        sim_options={"form": "bits"},
        life=badges_shown,
        least=8,
        unchecked="two parities over 24 bits: two flips may pass; hex, fc-id and decimal have none",
        stale="a card that was held is worth knowing of",
        misbehaves=(
            Misbehaviour("D0 and D1 are swapped", {"swapped": True}),
            Misbehaviour("a reader tells a held card again", {"repeats": 3}),
        ),
    ),
)
