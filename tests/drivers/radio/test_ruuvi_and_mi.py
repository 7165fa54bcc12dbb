"""Ruuvi's pace and lean; what a lock of Xiaomi's says, once."""

import struct
import sys

import pytest

from agent.drivers.codecs import adverts, mibeacon, ruuvi
from agent.line.radio import Advert
from agent.model.messages import Event, Reading
from cli.main import main
from tests.drivers.aerial import build_radio
from tests.drivers.radio.sealed import at

LOCK = "D7:1F:44:EB:8A:91"


def tag(x: int, y: int, z: int, sequence: int) -> Advert:
    """Format 5 with accelerations in mg."""
    data = struct.pack(">BhHHhhhHBH6x", 5, 4200, 20000, 51325, x, y, z, 0x8C00, 0, sequence)
    return Advert(address=LOCK, manufacturer={ruuvi.COMPANY: data})


def lock(counter: int, kind: int, value: str) -> Advert:
    head = struct.pack("<HHB", 0x4450, 0x069E, counter) + bytes.fromhex(LOCK.replace(":", ""))[::-1]
    raw = bytes.fromhex(value)
    data = head + struct.pack("<HB", kind, len(raw)) + raw
    return Advert(address=LOCK, service_data={mibeacon.SERVICE: data})


def test_readings_come_at_the_pace_that_was_asked_for() -> None:
    driver = build_radio("ruuvi", every_s=10.0)
    told = [
        message.at.mono_ns // 10**9
        for second in range(1, 31)
        for message in driver.sighted(tag(0, 0, 1000, second), at(second))
        if isinstance(message, Reading) and message.quantity == "temperature"
    ]
    assert told == [1, 11, 21]


def test_the_same_measurement_is_told_once() -> None:
    driver = build_radio("ruuvi", every_s=0.0)
    assert driver.sighted(tag(0, 0, 1000, 7), at(1))
    assert not driver.sighted(tag(0, 0, 1000, 7), at(2))
    assert driver.sighted(tag(0, 0, 1000, 8), at(3))


def test_it_leans_as_gravity_says() -> None:
    driver = build_radio("ruuvi", every_s=3600.0, tilt=True, mean_s=10.0)
    told = [
        (message.quantity, message.value)
        for second in range(1, 13)
        for message in driver.sighted(tag(0, 500, 866, second), at(second))
        if isinstance(message, Reading) and message.quantity.startswith("tilt")
    ]
    assert dict(told) == {"tilt_x": pytest.approx(30.0, abs=0.1), "tilt_y": pytest.approx(0.0)}


def test_events_of_a_lock_that_are_repeated_by_turns_are_told_once_each() -> None:
    driver = build_radio("mibeacon")
    opened, door = lock(1, 0x0B, "20020001807c442f61"), lock(2, 0x07, "00")
    kinds = [
        message.kind
        for turn in range(3)
        for number, advert in enumerate((opened, door))
        for message in driver.sighted(advert, at(turn + number / 10))
        if isinstance(message, Event)
    ]
    assert kinds == ["lock_opened", "input_changed"]


def test_a_lock_s_trouble_is_told_though_its_parser_stumbles_over_it() -> None:
    driver = build_radio("mibeacon")
    told = [m.data for m in driver.sighted(lock(1, 0x0B, "ff0300dec07c442f61"), at(1))]
    assert told == [{"fault": "lock_picking"}]


def test_without_its_parser_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "xiaomi_ble", None)
    adverts.is_installed.cache_clear()
    try:
        driver = build_radio("mibeacon")
        told = [m.data for m in driver.sighted(lock(1, 0x07, "00"), at(1))]
        assert told == [{"fault": "no_parser"}]
        assert not list(driver.sighted(lock(2, 0x07, "01"), at(2)))
        assert main(["decode", "mibeacon", "5020aa01a3"]) == 3
        assert "linli[xiaomi]" in capsys.readouterr().err
    finally:
        adverts.is_installed.cache_clear()
