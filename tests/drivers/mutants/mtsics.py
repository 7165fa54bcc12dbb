"""Faults in the codec of ``mtsics``."""

from tests.drivers.mutants.card import Card

MTSICS = (
    (" *\\r\"\n)\n_STATE", " *\"\n)\n_STATE"),  # CR not required
    ("(S [SD]|T S", "(S [SDI]|T S"),
    ("|TA A) {1,10}", "|TA A) {0,10}"),
    ("(-?\\d{1,9}", "(\\d{1,9}"),
    ("(?:\\.\\d{0,7})?", "(?:\\.\\d{0,7})*"),
    ("([A-Za-z%]{1,5})", "([A-Za-z%]{0,5})"),
    ("([ST] [I+-]", "([ST] [IA+-]"),
    ("|Z [AI+-]", "|Z [AIS+-]"),
    ("|E[STL])", "|E[STLX])"),
    ("(S|SI|T|", "(S|SX|SI|T|"),
    ("\"+\": \"overload\"", "\"+\": \"underload\""),
    ("\"A\": \"done\"", "\"A\": \"dynamic\""),
    ("\"EL\": \"logical error\"", "\"EL\": \"syntax error\""),
    ("frame.status != DYNAMIC", "frame.status == DYNAMIC"),
    ("{} if frame.command == WEIGH else", ""),
    ("Decimal(digits), unit", "abs(Decimal(digits)), unit"),
    ("match = None if direction is Direction.DEVICE else _C", "match = _C"),
    (", inside=_take_answer", ""),
    ("HEADS = (b\"S \", b\"SI\", b\"S\\r\", b\"T\"", "HEADS = (b\"S \", b\"SI\", b\"S\\r\""),
)  # fmt: skip

CARD = Card(
    mutants={"mtsics": MTSICS},
    feeder="Lines",
)
