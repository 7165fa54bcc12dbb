"""Faults in the codec of ``scale_line``."""

from tests.drivers.mutants.card import Card

SCALE_LINE = (
    (" *\\r\"\n)\n_OVERLOAD", " *\"\n)\n_OVERLOAD"),  # CR not required
    ("(ST|US),", "(ST|US|S7),"),
    ("{1,8}\\.?", "{1,8}\\.?\\.?"),
    ("([+-]?) *(\\d", "[+]?([-]?) *(\\d"),
    (" *,? *(kg|g|t|lb) *\\r\"\n)\n", " *(kg|g|t|lb) *\\r\"\n)\n"),
    ("(kg|g|t|lb) *\\r\"\n)\n_", "(kg|g|t|lb)?? *\\r\"\n)\n_"),
    ("\"US\": \"unstable\"", "\"US\": \"stable\""),
    ("\"NT\": \"net\"", "\"NT\": \"gross\""),
    ("if any(byte.bit_count() % 2 for byte in line):", "if False:"),
    ("byte & 0x7F", "byte"),
    ("Decimal(sign + digits)", "Decimal(digits)"),
    ("frame.state == \"stable\"", "frame.state != \"overload\""),
)  # fmt: skip
LINES = (
    ("if isinstance(frame, Bad):\n                frame =", "if False:\n                frame ="),
    ("lines.pop()[-self._most :]", "b''"),
    ("self._parse(line[start:])", "self._parse(line)"),
    ("return MORE if begun and", "return MORE if"),
    ("Bad(frame.why, end + 1)", "Bad(frame.why, end + 30)"),
    ("Got(frame, end + 1)", "Got(frame, end)"),
)  # fmt: skip

CARD = Card(
    mutants={"scale_line": SCALE_LINE, "lines": LINES},
    feeder="Lines",
    not_cut=("spaces",),
)
