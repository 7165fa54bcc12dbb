"""What the radio simulators say, against recorded adverts and the makers' own tables."""

import struct

import pytest

from hwsim.devices.base import CannotDo
from hwsim.devices.radio import battery_service, bthome, ibeacon, mibeacon, ruuvi, wit_ble
from hwsim.devices.register import SIMS
from hwsim.orders import Again, Set, Show, Shut
from hwsim.radio.controller import Failed
from hwsim.radio.gatt import READ_NOT_PERMITTED, sig
from tests.hwsim.radio.ether import Ether


def _service(ether: Ether, uuid: int) -> list[bytes]:
    return [heard.service_data[sig(uuid)] for heard in ether.ears.adverts]


def _maker(ether: Ether, company: int) -> list[bytes]:
    return [heard.manufacturer[company] for heard in ether.ears.adverts]


# ── BTHome ───────────────────────────────────────────────────────────────────────────────────


def test_bthome_plain_is_as_recorded() -> None:
    """Bluetooth-Devices/bthome-ble, tests/test_parser_v2.py."""
    mass = Ether(bthome.SIM, values={"weight": 80.3}, noise=0.0, packet_id=False)
    assert _service(mass, 0xFCD2)[0] == bytes.fromhex("40065e1f")
    dust = Ether(bthome.SIM, values={"pm2_5": 3090, "pm10": 7170}, noise=0.0, packet_id=False)
    assert _service(dust, 0xFCD2)[0] == bytes.fromhex("400d120c0e021c")
    pressure = {"pressure": 1008.83}
    sleepy = Ether(bthome.SIM, values=pressure, noise=0.0, packet_id=False, triggered=True)
    assert _service(sleepy, 0xFCD2)[0] == bytes.fromhex("4404138a01")


def test_bthome_encrypted_is_as_recorded() -> None:
    """Bluetooth-Devices/bthome-ble, tests/test_parser_v2.py: 25.06 degrees, 50.55 %."""
    ether = Ether(
        bthome.SIM,
        address="54:48:E6:8F:80:A5",
        values={"temperature": 25.06, "humidity": 50.55},
        noise=0.0,
        packet_id=False,
        bindkey="231d39c1d7cc1ab1aee224cd096db932",
        counter=0x33221100,
    )
    assert _service(ether, 0xFCD2)[0] == bytes.fromhex("41a47266c95f730011223378237214")
    ether.run(10)
    counters = [int.from_bytes(data[-8:-4], "little") for data in _service(ether, 0xFCD2)]
    assert counters == list(range(0x33221100, 0x33221100 + len(counters)))


def test_bthome_axes_are_rotations_in_their_order() -> None:
    values = {"tilt_y": -1.2, "battery": 100.0, "tilt_x": 1.0}
    ether = Ether(bthome.SIM, values=values, noise=0.0)
    assert _service(ether, 0xFCD2)[0] == bytes.fromhex("40000001643f0a003ff4ff")
    assert ether.emitted()[0]["meaning"] == {"battery": 100.0, "tilt_x": 1.0, "tilt_y": -1.2}


def test_bthome_repeats_carry_the_same_packet() -> None:
    ether = Ether(bthome.SIM, repeats=3, every_s=3.0)
    ether.run(8.9)
    packets = [data[2] for data in _service(ether, 0xFCD2)]
    assert packets == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_bthome_counter_ends_or_wraps() -> None:
    key = "00" * 16
    for wraps, last in ((False, 0xFFFFFFFF), (True, 0)):
        ether = Ether(bthome.SIM, bindkey=key, counter=0xFFFFFFFF, wraps=wraps)
        ether.run(2.5)
        assert int.from_bytes(_service(ether, 0xFCD2)[1][-8:-4], "little") == last


def test_an_old_advert_comes_again_and_the_truth_says_so() -> None:
    ether = Ether(bthome.SIM, every_s=1.0)
    ether.run(9.5)
    said = _service(ether, 0xFCD2)
    assert ether.air.again(ether.stand, 4)
    assert _service(ether, 0xFCD2)[-1] == said[-4]
    assert ether.emitted()[-1]["meaning"]["replayed"]
    assert not ether.air.again(ether.stand, 60)


def test_an_order_reaches_back_no_further_than_is_recorded() -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        Again("it", 65)


@pytest.mark.parametrize(
    "options", [{"values": {"noise": 1.0}}, {"bindkey": "00"}, {"bindkey": "no hex"}]
)
def test_bthome_tells_wrong_options(options: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # fromhex has its own words
        bthome.Options(**options)  # type: ignore[arg-type]  # wrong on purpose


# ── Ruuvi ────────────────────────────────────────────────────────────────────────────────────


def test_ruuvi_5_is_as_recorded() -> None:
    """Bluetooth-Devices/ruuvitag-ble, tests: 7.2 degrees, 61.84 %, 1013.54 hPa, 2.395 V."""
    pulls = {f"acceleration_{axis}": mg / 1000 * ruuvi.G for axis, mg in _mg().items()}
    climate = {"temperature": 7.2, "humidity": 61.84, "pressure": 1013.54, "voltage": 2.395}
    ether = Ether(
        ruuvi.SIM, address="DE:AD:7B:3F:EF:AF", values=climate | pulls, noise=0.0, transmit_dbm=4
    )
    data, real = _maker(ether, 0x0499)[0], "0505a060a0c89afd34028cff006376"
    assert data[:15] == bytes.fromhex(real)
    assert data[18:] == bytes.fromhex("dead7b3fefaf")
    assert len(data) == 24


def _mg() -> dict[str, int]:
    return {"x": 0xFD34 - 0x10000, "y": 0x028C, "z": 0xFF00 - 0x10000}


def test_ruuvi_6_is_as_recorded() -> None:
    """Bluetooth-Devices/ruuvitag-ble, tests: a Ruuvi Air."""
    climate = {"temperature": 25.99, "humidity": 41.58, "pressure": 1014.77}
    ether = Ether(
        ruuvi.SIM,
        model="air",
        address="00:00:00:FF:00:FF",
        values=climate | {"pm2_5": 0.6, "co2": 537, "illuminance": 1232},
        noise=0.0,
        voc_index=101,
        nox_index=1,
    )
    real = bytes.fromhex("06144e40f8c915000602193200a34bbdc0ff00ff")
    data = _maker(ether, 0x0499)[0]
    assert (data[:14], data[16:]) == (real[:14], real[16:])


def test_a_broken_ruuvi_says_not_available() -> None:
    ether = Ether(ruuvi.SIM, missing=("acceleration_x", "humidity", "voltage"))
    data = _maker(ether, 0x0499)[0]
    assert data[3:5] == b"\xff\xff"
    assert data[7:9] == b"\x80\x00"
    assert struct.unpack(">H", data[13:15])[0] >> 5 == 0x7FF
    assert "humidity" not in ether.emitted()[0]["meaning"]


# ── MiBeacon ─────────────────────────────────────────────────────────────────────────────────


def test_mibeacon_values_are_as_recorded() -> None:
    """Bluetooth-Devices/xiaomi-ble, tests/test_parser.py: 18.0 degrees, 66.1 %."""
    ether = Ether(
        mibeacon.SIM,
        address="58:2D:34:3B:2E:BF",
        values={"temperature": 18.0, "humidity": 66.1, "battery": 59},
        noise=0.0,
    )
    ether.run(7)
    real = bytes.fromhex("5020aa01a3bf2e3b342d580d1004b4009502")
    data = _service(ether, 0xFE95)
    assert (data[0][:4], data[0][5:]) == (real[:4], real[5:])
    assert data[3][5:] == bytes.fromhex("bf2e3b342d580a10013b")
    assert [each[4] for each in data] == [0, 1, 2, 3]


def test_mibeacon_lock_tells_who_came() -> None:
    """The frame of a ZNMS16LM in Bluetooth-Devices/xiaomi-ble, tests/test_parser.py."""
    ether = Ether(mibeacon.SIM, address="D7:1F:44:EB:8A:91", model="lock", repeats=1)
    ether.device.do(Show("it", "2"))
    ether.run(0)
    real = bytes.fromhex("50449e0643918aeb441fd70b000920020001807c442f61")
    unlocked, opened = _service(ether, 0xFE95)
    assert (unlocked[:4], unlocked[5:19]) == (real[:4], real[5:19])
    assert opened[11:] == bytes.fromhex("07000100")
    ether.device.do(Show("it", "9"))
    ether.run(0)
    assert _service(ether, 0xFE95)[2][11:] == bytes.fromhex("060005ffffffff01")
    ether.device.do(Shut("it", 1))
    ether.run(0)
    assert _service(ether, 0xFE95)[3][11:] == bytes.fromhex("07000101")


def test_a_lock_says_each_thing_three_times_with_one_counter() -> None:
    ether = Ether(mibeacon.SIM, model="lock")
    ether.device.do(Shut("it", 1))
    ether.run(2)
    assert len(_service(ether, 0xFE95)) == 3
    assert len({*_service(ether, 0xFE95)}) == 1


def test_a_thermometer_has_no_door() -> None:
    ether = Ether(mibeacon.SIM)
    with pytest.raises(CannotDo):
        ether.device.do(Shut("it", 1))


# ── iBeacon and battery ──────────────────────────────────────────────────────────────────────


def test_ibeacon_is_apples() -> None:
    real = "0215e2c56db5dffb48d2b060d0f5a71096e000010002c5"
    assert _maker(Ether(ibeacon.SIM), 0x004C)[0] == bytes.fromhex(real)


def test_a_battery_is_read_and_tells_changes() -> None:
    ether = Ether(battery_service.SIM, battery=90.0)
    ether.connect()
    assert ether.read(battery_service.LEVEL) == b"\x5a"
    ether.subscribe(battery_service.LEVEL)
    ether.device.do(Set("it", 42))
    assert ether.ears.notices == [b"\x2a"]
    assert ether.emitted("battery")[-1] == 42
    with pytest.raises(CannotDo):
        ether.device.do(Set("it", 142))


# ── WitMotion ────────────────────────────────────────────────────────────────────────────────


def _listened_to(ether: Ether) -> Ether:
    ether.connect()
    ether.subscribe(wit_ble.SAYS)
    return ether


def test_wit_speaks_at_its_rate_while_somebody_listens() -> None:
    ether = _listened_to(Ether(wit_ble.SIM, noise=0.0, creep_per_h=0.0, tilt_x=-180.0, tilt_y=45.0))
    ether.run(0.95)
    assert len(ether.ears.notices) == 10
    frame = ether.ears.notices[0]
    assert (len(frame), frame[:2]) == (20, b"\x55\x61")
    assert struct.unpack("<9h", frame[2:])[6:] == (-32768, 8192, 16384)
    assert ether.emitted("tilt_y")[-1] == 45.0
    ether.air.links.disconnect(ether.stand.address)
    ether.run(1)
    assert len(ether.ears.notices) == 10


def test_wit_is_configured_only_when_it_was_unlocked() -> None:
    ether = _listened_to(Ether(wit_ble.SIM))
    ether.write(wit_ble.HEARS, bytes.fromhex("ffaa030800"))
    ether.write(wit_ble.HEARS, bytes.fromhex("ffaa6988b5"))
    ether.write(wit_ble.HEARS, bytes.fromhex("ffaa030300"))
    ether.write(wit_ble.HEARS, bytes.fromhex("ffaa000000"))
    told = [line["what"] for line in ether.truth if line["truth"] == "told"]
    assert told == ["ignored", "unlock", "write", "save"]
    ether.run(0.5)
    ether.ears.notices.clear()
    ether.run(5)
    assert len(ether.ears.notices) == 5


def test_wit_answers_with_eight_registers() -> None:
    ether = _listened_to(Ether(wit_ble.SIM, noise=0.0, rate=1))
    ether.ears.notices.clear()
    ether.write(wit_ble.HEARS, bytes.fromhex("ffaa273d00"))
    ether.run(0.1)
    (answer,) = ether.ears.notices
    assert answer[:4] == bytes.fromhex("55713d00")
    assert struct.unpack("<8h", answer[4:])[2:4] == (16384, 2500)
    assert ether.read(wit_ble.SAYS) == Failed(att=READ_NOT_PERMITTED)


def test_wit_glues_frames_and_a_small_mtu_cuts_them() -> None:
    ether = _listened_to(Ether(wit_ble.SIM, glued=2, mtu=23))
    ether.run(1)
    assert {len(data) for data in ether.ears.notices} == {20}
    assert all(line["harm"] == ["cut"] for line in ether.emitted() if line["kind"] != "advert")


def test_every_radio_sim_needs_no_more_than_a_stand() -> None:
    for sim in (each for each in SIMS.values() if each.radio and each.name != "open_lock"):
        ether = Ether(sim)
        ether.run(30)
        assert ether.ears.adverts
