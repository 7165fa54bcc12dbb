"""Nothing that is heard in the open can become a command: no code, no card, however it is sent."""

from pathlib import Path

import pytest

from agent.drivers.base import Listens, Sights
from agent.drivers.register import REGISTER
from agent.model.messages import Event, Reading
from tests.drivers.aerial import build_for, told_of
from tests.drivers.vectors import cases

OPENS = {"code_scanned", "card_read", "keys_pressed", "access_granted", "output_set"}
"""What a stage can make a command of, and what says that one was allowed."""

OPEN_TALK = ["bthome", "ruuvi", "mibeacon", "ibeacon", "wit-ble", "ble-battery"]


@pytest.mark.parametrize("name", OPEN_TALK)
def test_its_line_in_the_register_names_nothing_that_opens(name: str) -> None:
    model = REGISTER[name]
    assert not OPENS & set(model.tells)
    assert not model.does
    assert not model.outputs


@pytest.mark.parametrize("name", OPEN_TALK)
async def test_no_capture_of_it_gives_a_code_or_a_card(name: str, tmp_path: Path) -> None:
    for case in cases():
        if case.folder == name and case.direction != "host" and case.characteristic is None:
            driver = build_for(case, tmp_path)
            assert isinstance(driver, Sights | Listens)
            for message in await told_of(driver, case):
                assert isinstance(message, Reading | Event)
                if isinstance(message, Event):
                    assert message.kind not in OPENS
                    assert "key_id" not in message.data
