"""Faults in what is ours of ``bthome``: the envelope.  The objects are bthome-ble's."""

from tests.drivers.mutants.card import Card

BTHOME = (
    ("sig(0xFCD2)", "sig(0xFCD3)"),
    ("data[0] >> 5 != VERSION or ", ""),
    ("data[0] >> 5 != VERSION", "data[0] >> 5 < VERSION"),
    (" or service in VERSION_1", ""),
    ("if service not in (None, SERVICE):", "if False:"),
    (
        "ENCRYPTED, ADDRESSED, TRIGGERED = 0x01, 0x02, 0x04",
        "ENCRYPTED, ADDRESSED, TRIGGERED = 0x04, 0x02, 0x01",
    ),
    (
        "ENCRYPTED, ADDRESSED, TRIGGERED = 0x01, 0x02, 0x04",
        "ENCRYPTED, ADDRESSED, TRIGGERED = 0x01, 0x08, 0x04",
    ),
    ("start = 7 if", "start = 6 if"),
    (
        "return Why.KEY if self._given.key is not None else _open(data, start)",
        "return _open(data, start)",
    ),
    ("len(data) < start + LEAST + COUNTER + TAG", "len(data) < start + COUNTER"),
    ("key is None or len(key) != KEY or ", "key is None or "),
    ("(address is None and not data[0] & ADDRESSED)", "False"),
    ("(address is None and not data[0] & ADDRESSED)", "address is None"),
    ("if not reader.bindkey_verified:", "if False:"),
    ("or _is_cut(data[start:])", ""),
    ("if not told:\n        return Why.FORMAT", "if not told:\n        return Why.KEY"),
    ("if at + 1 >= len(objects):", "if at >= len(objects):"),
    ("3 + (length & 0x1F)", "3 + length"),
    ("3 + (length & 0x1F)", "2 + (length & 0x1F)"),
    ("else 2 + length", "else 1 + length"),
    ("at += 1 + int(kind.data_length)", "at += int(kind.data_length)"),
    ("return at > len(objects)", "return at >= len(objects)"),
    ("Why.FORMAT if direction is Direction.HOST else self._read(buffer)", "self._read(buffer)"),
)

NOT_CUT = (
    *("encrypted", "encrypted_address_inside", "several_objects", "pm", "unknown_object", "tilt"),
    *("open_door_and_light", "many", "button", "two_buttons", "low_battery", "problem"),
    *("raw_sound", "raw_unasked", "three_accelerations", "wind", "wind_unasked"),
    "only_what_is_wanted",
)
"""Behind each of their objects an advertisement may end; of a sealed one the end is its tag."""

CARD = Card(mutants={"bthome": BTHOME}, finds_feet=False, whole=True, not_cut=NOT_CUT)
