"""OSDP: the standard's own figures, keys that are none, and readers that misbehave."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Refused, Seat
from agent.drivers.doors import osdp_channel as channel
from agent.drivers.doors import osdp_peer as codes
from agent.drivers.doors.osdp import Osdp, OsdpOptions
from agent.drivers.doors.osdp_channel import DEFAULT_KEY, Keys, Session
from agent.drivers.doors.osdp_events import Events
from agent.drivers.doors.osdp_peer import Told
from agent.model.messages import Event
from tests.conformance.card import Card
from tests.conformance.world import Play
from tests.drivers.doors.reader import play, settings, show
from tests.drivers.wires import AT, Script, command, now

SCBK = bytes(range(16))
MINE, THEIRS = bytes(range(0xB0, 0xB8)), bytes(range(0xA0, 0xA8))
KEYS = Keys.derived(DEFAULT_KEY, MINE)
"""SIA OSDP, annex E: the session of SCBK-D and these randoms (libosdp, test-sc-sia-vectors.c)."""


def key_file(folder: Path, key: bytes = SCBK) -> Path:
    path = folder / "reader.key"
    path.write_text(key.hex(), encoding="ascii")
    path.chmod(0o600)
    return path


def test_session_keys_are_those_of_annex_e() -> None:
    assert KEYS.enc.hex() == "bf8dc2a8329acb8c67c6d0cd9a451682"
    assert KEYS.mac1.hex() == "5e86c676603bdee2d8beafe178637332"
    assert KEYS.mac2.hex() == "6fda86e857777e81132035758239172e"


def test_cryptograms_are_those_of_annex_e() -> None:
    panel = KEYS.panel_cryptogram(MINE, THEIRS)
    assert panel.hex() == "26d3356e07762d262801fc8e6665a891"
    assert KEYS.reader_cryptogram(MINE, THEIRS).hex() == "fde5d2f428ec16312471ea3c02bd7796"
    assert KEYS.first_mac(panel).hex() == "b2a30057eb98ba2229ec1f875662b524"


def test_a_channel_opens_only_for_the_right_proof() -> None:
    panel = KEYS.panel_cryptogram(MINE, THEIRS)
    assert channel.opened(KEYS, panel, KEYS.first_mac(panel)) is not None
    assert channel.opened(KEYS, panel, bytes(16)) is None


@given(st.binary(max_size=100))
def test_padding_comes_off_as_it_went_on(data: bytes) -> None:
    padded = channel.padded(data)
    assert len(padded) % channel.BLOCK == 0
    assert channel.unpadded(padded) == data


@given(st.binary(min_size=1, max_size=64), st.integers(0, 3), st.integers(1, 255))
def test_a_changed_message_has_another_mac(message: bytes, at: int, by: int) -> None:
    session = Session(KEYS, bytes(16), KEYS.first_mac(bytes(16)))
    mac, waiting = session.signed(message)
    assert len(mac) == channel.MAC
    told = KEYS.mac(waiting.told, b"answer")[:4]
    assert waiting.verified(b"answer", told) is not None
    forged = bytes(byte ^ (by if n == at else 0) for n, byte in enumerate(told))
    assert waiting.verified(b"answer", forged) is None


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────


def reader(options: OsdpOptions) -> Osdp:
    return Osdp(Seat(device="dev", address=5, point="here", options=options))


@pytest.mark.parametrize("key", [DEFAULT_KEY, bytes(16), b"\xff" * 16, b"\x01" * 9])
async def test_without_a_key_of_its_own_nothing_is_said_to_a_reader(
    tmp_path: Path, key: bytes
) -> None:
    driver = reader(OsdpOptions(key_file=key_file(tmp_path, key)))
    with pytest.raises(Refused):
        await driver.poll(Script([]), now)
    with pytest.raises(Refused):
        await driver.act(Script([]), command("led", colour="green"), now)


async def test_a_missing_key_is_told_as_one(tmp_path: Path) -> None:
    driver = reader(OsdpOptions(key_file=tmp_path / "none"))
    with pytest.raises(Refused, match="密钥"):
        await driver.poll(Script([]), now)


def test_the_configuration_refuses_a_published_key_and_shows_none(tmp_path: Path) -> None:
    (wrong,) = OsdpOptions(key_file=key_file(tmp_path, DEFAULT_KEY)).wrong()
    assert wrong.at == ("key_file",)
    assert "公开" in wrong.zh
    assert DEFAULT_KEY.hex() not in wrong.zh + wrong.en


def test_the_configuration_wants_a_key_and_takes_a_good_one(tmp_path: Path) -> None:
    assert [wrong.at for wrong in OsdpOptions().wrong()] == [("key_file",)]
    assert not list(OsdpOptions(key_file=key_file(tmp_path)).wrong())
    assert not list(OsdpOptions(key_file=tmp_path / "not-yet-there").wrong())


@pytest.mark.parametrize(
    ("action", "args"),
    [("led", {"colour": "pink"}), ("led", {}), ("beep", {"times": 9}), ("led", {"colour": True})],
)
async def test_what_it_cannot_do_is_refused_before_anything_is_said(
    tmp_path: Path, action: str, args: dict[str, Any]
) -> None:
    driver = reader(OsdpOptions(key_file=key_file(tmp_path)))
    with pytest.raises(Refused):
        await driver.act(Script([]), command(action, **args), now)


# ── what it tells ────────────────────────────────────────────────────────────────────────────────


def told(code: int, data: str, events: Events | None = None) -> list[Event]:
    events = events or Events(Seat(device="dev", point="here"))
    return list(events.of(Told(code, bytes.fromhex(data)), AT))


def test_a_card_has_the_number_that_a_wiegand_reader_would_tell() -> None:
    (card,) = told(codes.RAW, "00011A0007E1A840")  # STid: 0FC350
    assert (card.raw, card.data["technology"]) == (b"0FC350", "wiegand-26")


def test_bits_without_good_parities_are_told_whole() -> None:
    (card,) = told(codes.RAW, "00011A0087E1A840")
    assert (card.raw, card.data["technology"]) == (b"21F86A1", "raw-26")


def test_a_pin_is_not_told() -> None:
    (keys,) = told(codes.KEYPAD, "000331320D")
    assert (dict(keys.data), keys.raw) == ({"count": 3}, b"12\r")
    assert "12" not in repr(keys)


def test_a_fault_is_told_when_it_begins() -> None:
    events = Events(Seat(device="dev", point="here"))
    said = [told(codes.LSTATR, data, events) for data in ("0100", "0100", "0000", "0101")]
    assert [[event.data["fault"] for event in each] for each in said] == [
        ["tamper"], [], [], ["power", "tamper"]
    ]  # fmt: skip


@given(st.sampled_from((codes.RAW, codes.KEYPAD, codes.LSTATR, 0x99)), st.binary(max_size=80))
def test_nothing_a_reader_says_raises(code: int, data: bytes) -> None:
    for event in Events(Seat(device="dev", point="here")).of(Told(code, data), AT):
        assert isinstance(event, Event)


# ── on a wire ────────────────────────────────────────────────────────────────────────────────────


def card(folder: Path, action: str = "identify", **sim: object) -> Card:
    options = {"key_file": key_file(folder)}
    return Card(driver="osdp", address=5, options=options, sim_options=sim, act=(action, {}))


def test_cards_keys_and_tamper_come_in_the_channel(tmp_path: Path) -> None:
    async def scene(played: Play) -> None:
        for shown in ("0FC350", "keys:123", "tamper"):
            await show(played, shown)

    played = play(card(tmp_path), scene)
    assert [event.raw for event in played.kinds("card_read")] == [b"0FC350"]
    assert [event.data["count"] for event in played.kinds("keys_pressed")] == [3]
    assert [event.data["fault"] for event in played.kinds("fault_reported")] == ["tamper"]


def test_a_reader_that_restarts_gets_a_new_channel(tmp_path: Path) -> None:
    async def scene(played: Play) -> None:
        await show(played, "0FC350")
        played.devices["dev"].powered(on=False)
        await show(played, "000001")
        await show(played, "000002")

    played = play(card(tmp_path), scene)
    assert [event.raw for event in played.kinds("card_read")][-1] == b"000002"
    assert not played.kinds("device_away", "device_broke")


@pytest.mark.parametrize("key", ["", "FF" * 16, "0F" * 16])
def test_a_reader_with_another_key_tells_nothing(tmp_path: Path, key: str) -> None:
    async def scene(played: Play) -> None:
        await show(played, "0FC350")
        await played.act()

    played = play(card(tmp_path, key=key), scene)
    assert not played.kinds("card_read", "setting_read", "device_broke")
    assert len(played.kinds("command_failed")) == 1


def test_a_busy_reader_is_there(tmp_path: Path) -> None:
    async def scene(played: Play) -> None:
        for number in range(5):
            await show(played, f"{number:06X}")

    played = play(card(tmp_path, busy_every=2), scene)
    assert not played.kinds("device_away")
    assert len(played.kinds("card_read")) >= 4


def test_it_says_who_it_is(tmp_path: Path) -> None:
    async def scene(played: Play) -> None:
        await played.act()

    assert settings(play(card(tmp_path), scene)) == {"pdid": "bebafe0101afbeadde010203"}
