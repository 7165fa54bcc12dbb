"""Faults in the codec of ``sms_pdu``, its fields and its alphabets."""

from tests.drivers.mutants.card import Card

PDU = (
    ("buffer[0] == 1 or buffer[0] > _MOST_SMSC", "False"),
    ("_MOST_SMSC = 11", "_MOST_SMSC = 255"),
    ("if kind not in _NAMES:", "if False:"),
    ("first >> 3 & 3", "first >> 4 & 1"),
    ("_VP_SIZES = (0, 7, 1, 7)", "_VP_SIZES = (0, 7, 1, 1)"),
    ("_VP_SIZES = (0, 7, 1, 7)", "_VP_SIZES = (0, 7, 0, 7)"),
    ("tpdu_len=reader.at - begins", "tpdu_len=reader.at"),
    ("2 * (size - 1))", "2 * (size - 2))"),
    ("except Short:\n        return MORE", "except Short:\n        return NOISE"),
    ("inside=_nothing", "inside=None"),
    ("if more is told or reader.left:", "if more is told:"),
    ("None if kind == DELIVER else reader.octet()", "reader.octet()"),
)  # fmt: skip
FIELDS = (
    ("if count > MOST_DIGITS:", "if False:"),
    ("(count + 1) // 2", "count // 2"),
    ("MOST_OCTETS, MOST_SEPTETS = 140, 160", "MOST_OCTETS, MOST_SEPTETS = 160, 160"),
    ("MOST_OCTETS, MOST_SEPTETS = 140, 160", "MOST_OCTETS, MOST_SEPTETS = 140, 255"),
    ("_header(octets) if udhi else b\"\"", "b\"\""),
    ("len(header) <= octets[0]", "False"),
    ("if alphabet is Alphabet.UCS2 and len(body) % 2:", "if False:"),
    ("(8 * len(header) + 6) // 7", "8 * len(header) // 7"),
    ("{octet & 0x0F:x}{octet >> 4:x}", "{octet >> 4:x}{octet & 0x0F:x}"),
    (".rstrip(\"f\")", ""),
    ("if \"f\" in nibbles:\n        raise Wrong", "if False:\n        raise Wrong"),
    ("_DIGITS = \"0123456789*#abc\"", "_DIGITS = \"0123456789abcde\""),
    ("f\"+{digits}\" if form == _INTERNATIONAL else digits", "digits"),
    ("if form == _ALPHANUMERIC:", "if False:"),
    ("count * 4 // 7", "count"),
    ("dcs >> 2 & 3]", "dcs >> 3 & 1]"),
)  # fmt: skip
GSM7 = (
    ("0x3C: \"[\", 0x3D: \"~\", 0x3E: \"]\", 0x40: \"|\", 0x65: \"€\",", ""),
    ("escaped = code == _ESCAPE and not escaped", "escaped = False"),
    ("bits >> 7 * at & 0x7F", "bits >> 8 * at & 0x7F"),
    ("\"little\") >> fill", "\"big\") >> fill"),
    ("(count * 7 + 7) // 8", "count * 7 // 8"),
    ("@£$¥èéùìòÇ", "@£$¥éèùìòÇ"),
    ("\"utf-16-be\"", "\"utf-16-le\""),
)  # fmt: skip

CARD = Card(
    mutants={"sms_pdu": PDU, "sms_fields": FIELDS, "gsm7": GSM7},
    feeder="Pdus",
    finds_feet=False,
    not_cut=("two_glued", "status_report_and_another"),
)
