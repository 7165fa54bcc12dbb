"""Faults in what is ours of ``ruuvi``; the values are ruuvitag-ble's."""

from tests.drivers.mutants.card import Card

RUUVI = (
    ("COMPANY: Final = 0x0499", "COMPANY: Final = 0x9904"),
    ("0x03: _Form(14", "0x03: _Form(15"),
    ("0x05: _Form(24", "0x05: _Form(25"),
    ("0x06: _Form(20", "0x06: _Form(21"),
    ("0xE1: _Form(40", "0xE1: _Form(41"),
    ("_Form(24, exact=True", "_Form(24, exact=False"),
    ("_Form(14, exact=True", "_Form(14, exact=False"),
    ("_Form(20, exact=False", "_Form(20, exact=True"),
    ("return Why.VERSION", "return Why.FORMAT"),
    (
        "if len(data) < form.size:\n        return MORE",
        "if len(data) < form.size:\n        return Why.FORMAT",
    ),
    ("Why.FORMAT if direction is Direction.HOST else _read(buffer)", "_read(buffer)"),
)

CARD = Card(mutants={"ruuvi": RUUVI}, finds_feet=False, whole=True, not_cut=("format_6_and_more",))
