"""The sample rules parse: udev itself only says so in its log, on the box, too late."""

import re
from pathlib import Path

RULES = Path(__file__).parents[2] / "systemd" / "70-linli.rules"
PART = re.compile(r'(SUBSYSTEM|KERNEL|ENV\{\w+\}|SYMLINK|GROUP|MODE)(==|\+=|=)"([^"]+)"')


def test_every_rule_is_made_of_matches_and_assignments() -> None:
    lines = [line.removeprefix("# ") for line in RULES.read_text().splitlines()]
    rules = [line for line in lines if line.startswith("SUBSYSTEM")]
    names = []
    for rule in rules:
        parts = [PART.fullmatch(part.strip()) for part in rule.split(",")]
        assert all(parts), rule
        assert any(part and part[2] != "==" for part in parts), f"does nothing: {rule}"
        names += [part[3] for part in parts if part and part[1] == "SYMLINK"]
    assert len(names) == len(set(names)) == 5
    assert all(name.startswith("linli/") for name in names)
