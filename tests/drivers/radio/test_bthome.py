"""BTHome beacons in time: repeats, replays, keys, sleep."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Sights
from agent.drivers.codecs import bthome
from agent.drivers.codecs.base import Bad, Given, Got, Why
from agent.model.messages import Event, Reading
from cli.main import main
from tests.drivers.aerial import build_radio
from tests.drivers.radio.sealed import ADDRESS, KEY, at, heard, packet

BUTTON = bytes.fromhex("40000c3a01")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(KEY.hex(), encoding="ascii")
    return path


def told(driver: Sights, data: bytes, seconds: float) -> list[object]:
    return [
        (each.quantity, each.value) if isinstance(each, Reading) else tuple(each.data.values())
        for each in driver.sighted(heard(data), at(seconds))
        if isinstance(each, Reading | Event)
    ]


def test_a_sealed_packet_is_told_once_however_often_it_is_heard(key: Path) -> None:
    driver = build_radio("bthome", key)
    assert told(driver, packet(7), 1) == [("temperature", 25.06)]
    assert told(driver, packet(7), 2) == []
    assert told(driver, packet(7), 3600) == []
    assert told(driver, packet(8), 3601) == [("temperature", 25.06)]


def test_an_old_counter_is_a_replay_and_is_said_once_an_hour(key: Path) -> None:
    driver = build_radio("bthome", key)
    told(driver, packet(7), 1)
    told(driver, packet(8), 2)
    assert told(driver, packet(7), 3) == [("replayed",)]
    assert told(driver, packet(0), 4) == []
    assert told(driver, packet(5), 3000) == []
    assert told(driver, packet(6), 3700) == [("replayed",)]
    assert told(driver, packet(9), 3701) == [("temperature", 25.06)]


def test_a_counter_that_began_anew_is_refused_too(key: Path) -> None:
    """bthome-ble would take any counter below 100, and with it whatever was recorded then."""
    driver = build_radio("bthome", key)
    told(driver, packet(0xFFFFFFFF), 1)
    assert told(driver, packet(0), 2) == [("replayed",)]


def test_what_was_not_sealed_for_us_changes_no_counter(key: Path) -> None:
    driver = build_radio("bthome", key)
    told(driver, packet(7), 1)
    assert told(driver, packet(0xFFFFFFFF, key=bytes(16)), 2) == [("wrong_key",)]
    assert told(driver, packet(8), 3) == [("temperature", 25.06)]


def test_every_flipped_bit_of_a_sealed_packet_is_refused() -> None:
    whole = packet(7)
    for bit in range(8 * len(whole)):
        struck = bytearray(whole)
        struck[bit // 8] ^= 1 << bit % 8
        hearing = bthome.Hearing(Given(address=ADDRESS, key=KEY))
        taken = hearing.take(bytes(struck), None)
        assert not isinstance(taken, Got), bit
    assert isinstance(bthome.Hearing(Given(address=ADDRESS, key=KEY)).take(whole, None), Got)


def test_a_button_is_pressed_once_for_each_packet() -> None:
    driver = build_radio("bthome")
    pressed = [told(driver, BUTTON, second) for second in (1, 2, 29, 58)]
    assert pressed == [[(1, "press")], [], [], []]
    assert told(driver, bytes.fromhex("40000d3a01"), 59) == [(1, "press")]
    assert told(driver, BUTTON, 200) == [(1, "press")]


def test_without_packet_numbers_values_are_always_news_and_buttons_are_not() -> None:
    driver = build_radio("bthome")
    both = bytes.fromhex("4002ca093a01")
    assert told(driver, both, 1) == [("temperature", 25.06), (1, "press")]
    assert told(driver, both, 2) == [("temperature", 25.06)]


def test_a_door_is_told_when_it_moves() -> None:
    driver = build_radio("bthome")
    moves = [
        told(driver, bytes((0x40, 0x00, number, 0x1A, state)), number)
        for number, state in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 0))
    ]
    assert [move and move[0] for move in moves] == [
        (1, "door", "idle", "closed", True),
        [],
        (1, "door", "active", "open", False),
        [],
        (1, "door", "idle", "closed", False),
    ]


def test_a_key_that_cannot_be_read_is_a_fault_and_nothing_is_believed(tmp_path: Path) -> None:
    driver = build_radio("bthome", tmp_path / "nothing")
    assert told(driver, bytes.fromhex("4002ca09"), 1) == [("no_key",)]
    assert told(driver, packet(7), 2) == []


def test_one_that_sleeps_is_never_away_for_being_silent() -> None:
    assert build_radio("bthome", sleepy=True).silence == math.inf
    assert not hasattr(build_radio("bthome"), "silence")


@given(st.binary(min_size=1, max_size=40), st.booleans())
def test_any_bytes_are_read_with_a_key_and_without(data: bytes, sealed: bool) -> None:
    hearing = bthome.Hearing(Given(address=ADDRESS, key=KEY if sealed else None))
    taken = hearing.take(data, None)
    if isinstance(taken, Got):
        assert not sealed  # nobody guesses a tag
        json.dumps(bthome.show(taken.frame), allow_nan=False)


@given(st.binary(max_size=20), st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF))
def test_a_counter_must_grow(objects: bytes, first: int, second: int) -> None:
    hearing = bthome.Hearing(Given(address=ADDRESS, key=KEY))
    good = b"\x01\x5d" + objects
    assert isinstance(hearing.take(packet(first, good), None), Got)
    again = hearing.take(packet(second, good), None)
    assert isinstance(again, Got) == (second > first)
    assert isinstance(again, Got) or (isinstance(again, Bad) and again.why is Why.REPLAY)


def decode(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    assert main(["decode", "--json", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_decode_hears_one_beacon_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["bthome", "--address", ADDRESS.lower(), "--bindkey", KEY.hex()]
    seven, eight = packet(7).hex(), packet(8).hex()
    verdicts = decode(capsys, *words, seven, eight, seven, eight)
    assert [v.get("why") for v in verdicts] == [None, None, "replay", "replay"]


@pytest.mark.parametrize(
    "words",
    [
        ["--service-data", "fcd2", "40065e1f"],
        ["--service-data", "FCD2", "40065e1f"],
        ["--service-data", bthome.SERVICE, "40065e1f"],
        ["--service-data", "40065e1f"],
        ["40065e1f"],
    ],
)
def test_service_data_names_the_service_or_is_the_data(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert decode(capsys, "bthome", *words) == [
        {"protocol": "bthome", "ok": True, "frame": {"mass": 80.3}}
    ]


@pytest.mark.parametrize(
    "words",
    [
        ["bthome", "--address", "nobody", "40065e1f"],
        ["bthome", "--bindkey", "xx", "40065e1f"],
        ["bthome"],
        ["ruuvi", "--bindkey", "00", "05"],
        ["ibeacon", "--service-data", "fcd2", "05"],
    ],
)
def test_what_is_no_address_and_no_key_is_wrong_use(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main(["decode", *words]) == 2
    assert capsys.readouterr().err
