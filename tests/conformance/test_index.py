"""docs/devices/index.md is what the register and the cards say."""

from tests.conformance.index import HOME, page


def test_the_index_is_made_from_the_register_and_the_cards() -> None:
    told = (HOME / "index.md").read_text(encoding="utf-8")
    assert told == page(), "run python -m tests.conformance.index"


def test_every_page_belongs_to_a_driver() -> None:
    pages = {path.stem for path in HOME.glob("*.md")} - {"index"}
    assert pages == {name for name in pages if f"({name}.md)" in page()}
