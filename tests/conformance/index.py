"""``python -m tests.conformance.index``: docs/devices/index.md, from the register and the cards."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from agent.drivers.base import Model
from agent.drivers.register import REGISTER
from tests.conformance import air_harms
from tests.conformance.air_harms import AIR_HARMS
from tests.conformance.cards import cards
from tests.conformance.cards.radio import CARDS as AIR_CARDS
from tests.conformance.harms import HARMS, not_for

HOME = Path(__file__).resolve().parents[2] / "docs" / "devices"
FAMILIES = {
    "scales": "Weighing 称重",
    "air": "Noise and air 噪声与空气",
    "slope": "Slopes 边坡",
    "doors": "Doors, readers, contacts 门禁",
    "telling": "Telling people 通知",
    "radio": "Bluetooth 蓝牙",
    "makers": "Home-made 自制",
}
HEAD = """# Devices 设备

Made from the register (`agent/drivers/register.py`) and the conformance cards
(`tests/conformance/cards`) by `python -m tests.conformance.index`; a test compares. "Own" is a port
that no other device shares, "pair" an RS-485 pair that several may share, all at one baud rate.
"""
TAIL = """
## A new device
CONTRIBUTING.md says how: a driver, a simulator, a folder of captured frames, a page here, a line in
the register, a conformance card. `./linli test -k conformance` says what is missing. What bytes
mean says `linli decode`, docs/decode.md.
"""


def page() -> str:
    parts = [HEAD, *_families(), *_table(), TAIL]
    return "\n".join(parts)


def _families() -> Iterator[str]:
    for family, title in FAMILIES.items():
        models = [model for model in REGISTER.values() if _family(model) == family]
        if models:
            yield f"## {title}\n"
            yield from _rows(
                ("driver", "device", "port", "measures", "tells", "does"),
                (
                    (
                        f"[{model.name}]({model.name}.md)",
                        f"{model.zh} {model.en}",
                        _port(model),
                        _names(model.measures),
                        _names(model.tells),
                        _names((*model.does, *(("pulse",) if model.outputs else ()))),
                    )
                    for model in models
                ),
            )
            yield ""


def _family(model: Model) -> str:
    return model.build.__module__.split(".")[-2]


def _port(model: Model) -> str:
    if model.radio is not None:
        return {"never": "adverts", "demand": "link on demand", "kept": "kept link"}[
            model.radio.link
        ]
    return f"{'pair' if model.shares else 'own'}, {model.baud} {model.format}"


def _names(names: Sequence[str]) -> str:
    if len(names) > 12:
        return "any quantity"
    return ", ".join(f"`{name}`" for name in names)


def _table() -> Iterator[str]:
    """Each driver of a wire against each harm."""
    yield "## Every driver against every harm\n"
    yield (
        "The real simulator, driver, line and keeper, minutes of a wire's life in time that jumps "
        "(`./linli test -k conformance`). ✓ is a test that passes; a number says why that harm "
        "tells nothing of that device.\n"
    )
    yield from (f"- **{name}**: {trial.__doc__}" for name, trial in HARMS.items())
    yield ""
    notes = list[str]()
    yield from _rows(
        ("driver", *HARMS),
        (
            (name, *(_mark(not_for(harm, card), notes) for harm in HARMS))
            for name, card in sorted(cards().items())
        ),
    )
    yield ""
    yield from (f"{number}. {note}" for number, note in enumerate(notes, 1))
    yield from _misbehaviours()
    yield from _air()


def _mark(why: str, notes: list[str]) -> str:
    if not why:
        return "✓"
    if why not in notes:
        notes.append(why)
    return f"{notes.index(why) + 1}"


def _air() -> Iterator[str]:
    """Each driver of the radio against each harm of the air."""
    yield "\n## Every driver of the radio against every harm of the air\n"
    yield from (f"- **{name}**: {trial.__doc__}" for name, trial in AIR_HARMS.items())
    yield ""
    notes = list[str]()
    yield from _rows(
        ("driver", *AIR_HARMS),
        (
            (card.driver, *(_mark(air_harms.not_for(harm, card), notes) for harm in AIR_HARMS))
            for card in sorted(AIR_CARDS, key=lambda card: card.driver)
        ),
    )
    yield ""
    yield from (f"{number}. {note}" for number, note in enumerate(notes, 1))


def _misbehaviours() -> Iterator[str]:
    yield "\nMisbehaviour that was played:\n"
    for name, card in sorted(cards().items()):
        if card.misbehaves:
            yield f"- `{name}`: " + "; ".join(each.en for each in card.misbehaves)


def _rows(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


if __name__ == "__main__":
    text = page()
    sys.stdout.write(text) if "-" in sys.argv else (HOME / "index.md").write_text(text)
