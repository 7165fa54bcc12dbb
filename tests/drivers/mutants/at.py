"""Faults in the codec of ``at``."""

from tests.drivers.mutants.card import Card

AT = (
    ("if text.startswith(_PROMPT):", "if text.startswith(b\">\"):"),
    ("_PROMPT = b\"> \"", "_PROMPT = b\"?\""),
    ("if good is not None and good.end() < len(body):", "if False:"),
    ("begins + good.end() + 1", "begins + len(text)"),
    ("begins = len(buffer) - len(buffer.lstrip(_BLANK))", "begins = 0"),
    ("if rest == b\"\\r\":\n        return MORE", "if rest == b\"\":\n        return MORE"),
    ("text[:2].upper() == \"AT\" and ", "text[:2].upper() == \"XX\" and "),
    ("used += 2 if rest[:2] == b\"\\r\\n\" else 1", "used += 1"),
    ("if _HEX.fullmatch(text) else NOISE", "if True else NOISE"),
    ("|\\+CM[ES] ERROR: .+|", "|\\+CME ERROR: .+|"),
    ("_RESULTS.fullmatch(text)", "_RESULTS.match(text)"),
    ("if end is None:\n        return MORE", "if end is None:\n        return NOISE"),
    ("{\"kind\": str(line.kind),", "{\"kind\": \"line\","),
)  # fmt: skip

CARD = Card(mutants={"at": AT})
