"""Faults in what is ours of ``mibeacon``: the envelope.  The objects are xiaomi-ble's."""

from tests.drivers.mutants.card import Card

MIBEACON = (
    ("sig(0xFE95)", "sig(0xFE96)"),
    ("sig(0xFD50): 9", "sig(0xFD50): 10"),
    ("sig(0x181D): 10", "sig(0x181D): 11"),
    ("sig(0x181B): 13", "sig(0x181B): 12"),
    ("if size is None or len(data) > size:", "if size is None:"),
    ("OLDEST, TAGGED = 2, 4", "OLDEST, TAGGED = 1, 4"),
    ("OLDEST, TAGGED = 2, 4", "OLDEST, TAGGED = 3, 4"),
    ("OLDEST, TAGGED = 2, 4", "OLDEST, TAGGED = 2, 6"),
    ("data[0] & MESH or ", ""),
    ("data[0] & MESH or self._is_others(data)", "data[0] & MESH"),
    ("return Why.VERSION", "return Why.FORMAT"),
    ("not in (None, _inside(data))", "not in (None,)"),
    (" or _objects_at(data) > len(data)", ""),
    ("at += 2 if data[at : at + 1] and data[at] & INPUT_OUTPUT else 1", "at += 1"),
    ("if data[0] & ABLE:", "if False:"),
    ("turned = data[HEAD : HEAD + ADDRESS][::-1]", "turned = data[HEAD : HEAD + ADDRESS]"),
    ('.replace(":", ""))[::-1]', '.replace(":", ""))'),
    ("turned + data[2:HEAD]", "turned + data[1:HEAD]"),
    ('ASSOCIATED: Final = b"\\x11"', 'ASSOCIATED: Final = b""'),
    ("data[0] & ~ENCRYPTED,", "data[0],"),
    ("LOCK, LOCK_EVENT = 0x000B, 9", "LOCK, LOCK_EVENT = 0x000C, 9"),
    ("LOCK, LOCK_EVENT = 0x000B, 9", "LOCK, LOCK_EVENT = 0x000B, 8"),
    ("value[1:5]", "value[2:5]"),
    ("value[0] >> 4)", "value[0] & 15)"),
    ("at += OBJECT_HEAD + size", "at += OBJECT_HEAD + len(objects)"),
    ("return MORE if _is_cut(objects) else None", "return None"),
    ("if at + OBJECT_HEAD > len(objects):", "if False:"),
    ("at += OBJECT_HEAD + objects[at + 2]", "at += OBJECT_HEAD"),
    ("return None if key is not None and len(key) in sizes and known else Why.KEY", "return None"),
    ("return Why.KEY\n        if _is_cut", "return Why.FORMAT\n        if _is_cut"),
    ("if told else Why.KEY", "if told else Why.FORMAT"),
    ("if size < SEAL + (2 if version >= TAGGED else 0):", "if size < 2:"),
    ("Why.FORMAT if direction is Direction.HOST else self._read(buffer)", "self._read(buffer)"),
)  # fmt: skip

CARD = Card(
    mutants={"mibeacon": MIBEACON},
    finds_feet=False,
    whole=True,
    not_cut=("thermometer", "encrypted", "legacy_encrypted", "motion", "opening"),
)
