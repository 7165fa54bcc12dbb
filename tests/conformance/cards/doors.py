"""Doors."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hwsim.orders import Order, Show
from tests.conformance.card import Card, Misbehaviour


def codes(device: str, turn: int) -> Order:
    return Show(device, f"LINLI-{turn:05d}")


def cards_shown(device: str, turn: int) -> Order:
    return Show(device, f"01{turn:08X}")


def badges_shown(device: str, turn: int) -> Order:
    return Show(device, f"{0x0FC350 + turn:06X}")


KEYS = TemporaryDirectory()
KEY_FILE = Path(KEYS.name, "reader.key")
KEY_FILE.write_text("000102030405060708090A0B0C0D0E0F", encoding="ascii")
KEY_FILE.chmod(0o600)

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
    Card(
        driver="scan-line",
        options={"dialect": "newland"},
        sim_options={"dialect": "newland"},
        life=codes,
        least=8,
        act=("configure", {}),
        told="set",
        unchecked="a code has no check of its own: its signature is what counts",
        stale="a code tells its own age",
        misbehaves=(
            Misbehaviour("a code comes in two pieces", {"pause_s": 0.05}),
            Misbehaviour("codes end with CR LF", {"tail": "crlf"}),
            Misbehaviour("codes have no end", {"tail": "none"}),
            Misbehaviour("every setting is refused", {"says_no": True}),
            Misbehaviour("one byte answers (DE2120)", {"dialect": "de2120"}, {"dialect": "de2120"}),
            Misbehaviour("it sleeps (GM67)", {"dialect": "ssi"}, {"dialect": "ssi"}),
        ),
    ),
    Card(
        driver="osdp",
        address=5,
        options={"key_file": KEY_FILE},
        life=badges_shown,
        least=8,
        act=("led", {"colour": "green"}),
        told="led",
        misbehaves=(
            Misbehaviour("it is busy now and then", {"busy_every": 7}),
            Misbehaviour("it restarts and knows no channel", {"forgets_s": 11.0}),
            Misbehaviour("it has another key", {"key": "FF0102030405060708090A0B0C0D0E0F"}),
            Misbehaviour("it is as delivered, with the standard's key", {"key": ""}),
        ),
    ),
)
