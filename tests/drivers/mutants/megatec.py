"""Faults in the codec of ``megatec``.  Without a check its form is all there is."""

from tests.drivers.mutants.card import Card

MEGATEC = (
    ("([01]{8})", "([01]{7,8})"),
    ("([01]{8})", "([0-9]{8})"),
    ("(\\d\\.\\d\\d|\\d\\d\\.\\d|", "(\\d\\d\\.\\d|"),
    ("|\\d{3}\\.\\d|[-@.]+) (\\d\\d\\.\\d|[-@.]+) ([01]", "|[-@.]+) (\\d\\d\\.\\d|[-@.]+) ([01]"),
    ("(\\d\\d\\.\\d|[-@.]+) ([01]{8})", "(\\d\\d\\.\\d) ([01]{8})"),
    ("(\\d{3}|[-@]+)", "(\\d{3})"),
    ("(\\d{3}|[-@]+)", "(\\d{2,3}|[-@]+)"),
    ("_STATUS.fullmatch", "_STATUS.match"),
    ("_RATING.fullmatch", "_RATING.match"),
    ("if match := _RATING.fullmatch(text):", "if match := None:"),
    ("if match := _TOLD.fullmatch(text):", "if match := None:"),
    ("part.strip()", "part"),
    ("CT|TL", "CT"),
    ("(R\\d{4})?", "(R\\d{3})?"),
    ("(\"(ACK\", \"(NAK\")", "(\"(ACK\",)"),
    ("Decimal(text) if text[0].isdigit() else None", "Decimal(text.replace('-', '0'))"),
    ("if not letters.issuperset(body):", "if False:"),
    ("MORE if len(buffer) < most else NOISE", "NOISE"),
    ("Bad(Why.FORMAT, end + 1)", "Bad(Why.RANGE, end + 1)"),
    ("Got(frame, end + 1)", "Got(frame, end)"),
    (", \"flags\": frame.flags", ""),
    ("(\"input_v\", \"fault_v\",", "(\"input_v\", \"input_v\","),
    ("frozenset(b\"QFIDCTS\")", "frozenset(b\"QFIDCT\")"),
)  # fmt: skip

CARD = Card(mutants={"megatec": MEGATEC})
