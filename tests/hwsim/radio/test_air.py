"""What the air does to adverts, notifications and links, in virtual time."""

from hwsim.devices.radio import battery_service, bthome, ibeacon, wit_ble
from hwsim.orders import Set
from hwsim.radio.controller import ABORTED, Failed
from hwsim.radio.gatt import AttError, Unanswered
from tests.hwsim.radio.ether import Ether


def test_adverts_are_lost_at_a_rate() -> None:
    ether = Ether(ibeacon.SIM)
    ether.harm("drop", 0.3)
    ether.run(105)
    heard, said = len(ether.ears.adverts), len(ether.emitted())
    assert said == 1 + ether.harms.struck["drop"] + heard - 1
    assert 0.25 < ether.harms.struck["drop"] / said < 0.35
    assert sum(line["intact"] for line in ether.emitted()) == heard


def test_flipped_bytes_are_told_as_spoilt() -> None:
    ether = Ether(bthome.SIM, every_s=1.0)
    ether.harm("flip", 0.05)
    ether.run(60)
    struck = [line for line in ether.emitted() if line.get("harm") == ["flip"]]
    assert struck
    assert not any(line["intact"] for line in struck)
    assert all(line["heard"] for line in struck)


def test_a_mute_device_says_nothing_and_one_out_of_range_is_not_heard() -> None:
    ether = Ether(ibeacon.SIM)
    ether.stand.mute = True
    ether.run(1)
    assert len(ether.ears.adverts) == 1
    ether.stand.mute = False
    ether.stand.move(in_range=False)
    ether.run(1)
    assert len(ether.ears.adverts) == 1
    assert ether.emitted()[-1]["harm"] == ["away"]


def test_a_peripheral_is_quiet_while_it_is_connected() -> None:
    ether = Ether(battery_service.SIM)
    ether.connect()
    before = len(ether.ears.adverts)
    ether.run(5)
    assert len(ether.ears.adverts) == before
    ether.stand.drop_link()
    ether.run(5)
    assert len(ether.ears.adverts) > before
    assert ether.ears.lost_links == 1


def test_a_link_is_lost_some_time_after_the_range() -> None:
    ether = Ether(battery_service.SIM)
    ether.connect()
    ether.stand.move(in_range=False)
    ether.run(0.4)
    assert ether.stand.connected
    ether.run(0.1)
    assert (ether.stand.connected, ether.ears.lost_links) == (False, 1)


def test_a_link_survives_a_moment_out_of_range() -> None:
    ether = Ether(battery_service.SIM)
    ether.connect()
    ether.stand.move(in_range=False)
    ether.run(0.2)
    ether.stand.move(in_range=True)
    ether.run(5)
    assert ether.stand.connected


def test_connecting_waits_for_the_range_and_can_be_given_up() -> None:
    ether, done = Ether(battery_service.SIM, in_range=False), list[object]()
    ether.air.links.connect(ether.stand.address, done.append)
    ether.run(60)
    assert done == []
    ether.stand.move(in_range=True)
    ether.run(1)
    assert done == [None]
    ether.air.links.disconnect(ether.stand.address)
    ether.stand.move(in_range=False)
    ether.air.links.connect(ether.stand.address, done.append)
    ether.air.links.cancel(ether.stand.address)
    ether.stand.move(in_range=True)
    ether.run(1)
    assert (done, ether.stand.connected) == ([None], False)


def test_a_refused_connection_says_why() -> None:
    done = list[object]()
    refusing, unlucky = Ether(battery_service.SIM, refuses="no"), Ether(battery_service.SIM)
    unlucky.harm("refuse")
    for ether in (refusing, unlucky):
        ether.air.links.connect(ether.stand.address, done.append)
        ether.run(1)
        assert not ether.stand.connected
    assert done == [Failed(text="no"), Failed(text=ABORTED)]


def test_notifications_are_doubled_or_late() -> None:
    ether = Ether(battery_service.SIM)
    ether.connect()
    ether.subscribe(battery_service.LEVEL)
    ether.harm("dup")
    ether.device.do(Set("it", 50))
    assert ether.ears.notices == [b"\x32", b"\x32"]
    ether = Ether(battery_service.SIM)
    ether.connect()
    ether.subscribe(battery_service.LEVEL)
    ether.harm("late", late_s=1.5)
    ether.device.do(Set("it", 50))
    ether.run(1.4)
    assert ether.ears.notices == []
    ether.run(0.2)
    assert ether.ears.notices == [b"\x32"]
    assert ether.emitted()[-1]["harm"] == ["late"]


def test_nobody_is_notified_who_has_not_subscribed() -> None:
    ether = Ether(battery_service.SIM)
    ether.connect()
    ether.device.do(Set("it", 50))
    assert ether.ears.notices == []
    assert not ether.emitted()[-1]["heard"]


def test_links_drop_in_the_middle_of_talk() -> None:
    ether = Ether(wit_ble.SIM)
    ether.connect()
    ether.harm("hang_up")
    done = list[object]()
    characteristic = ether.characteristic(wit_ble.HEARS)
    ether.air.links.write(ether.stand.address, characteristic, b"x", done.append)
    assert (done, ether.stand.connected, ether.ears.lost_links) == ([], False, 1)


def test_a_handler_refuses_or_never_answers() -> None:
    ether = Ether(battery_service.SIM)
    level = ether.characteristic(battery_service.LEVEL)

    def refuse() -> bytes:
        raise AttError(0x80)

    def hang() -> bytes:
        raise Unanswered

    ether.connect()
    level.on_read = refuse
    assert ether.read(battery_service.LEVEL) == Failed(att=0x80)
    level.on_read = hang
    done = list[object]()
    ether.air.links.read(ether.stand.address, level, done.append)
    ether.run(29.9)
    assert (done, ether.stand.connected) == ([], True)
    ether.run(0.2)
    assert (done, ether.stand.connected) == ([], False)


def test_the_same_seed_is_the_same_story() -> None:
    stories = []
    for _ in range(2):
        ether = Ether(bthome.SIM, seed=5, rssi_noise=3.0)
        ether.harm("drop", 0.2)
        ether.run(60)
        stories.append([(line["hex"], line["intact"]) for line in ether.emitted()])
    assert stories[0] == stories[1]
