"""docs/running.md tells of every metric there is, of no other, and of every way things end."""

import re
from pathlib import Path

from agent.web import metrics

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "running.md").read_text(encoding="utf-8")


def test_every_metric_stands_in_the_page_and_the_reverse() -> None:
    page = set(re.findall(r"`(linli_[a-z_]+)", PAGE))
    assert page == {family.name for family in metrics.FAMILIES}


def test_their_labels_too() -> None:
    for family in metrics.FAMILIES:
        labels = f"{{{', '.join(family.labels)}}}" if family.labels else ""
        assert f"`{family.name}{labels}`" in PAGE


def test_every_reason_and_every_check_is_explained() -> None:
    sources = Path(__file__).resolve().parents[2]
    reasons = (sources / "agent" / "web" / "readiness.py").read_text(encoding="utf-8")
    for code in re.findall(r'Reason\("([a-z_]+)"', reasons):
        assert f"| `{code}` |" in PAGE
    for path in (sources / "cli" / "checks").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for check in re.findall(r'(?:check=|fine\(|skipped\()"([a-z]+)"', text):
            assert f"`{check}`" in PAGE, check
