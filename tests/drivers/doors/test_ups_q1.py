"""An UPS through a power cut: each thing is told once, and a damaged flag never."""

from agent.drivers.codecs import megatec
from agent.drivers.doors.ups_q1 import UpsQ1
from agent.model.messages import Event, Reading
from agent.model.time import Stamp
from hwsim.orders import Set
from tests.drivers.doors.played import Played
from tests.drivers.properties import flips
from tests.drivers.wires import Script, build, now

QUESTION = megatec.encode("Q1")
FINE = b"(230.0 230.0 230.0 020 50.0 27.2 25.0 00001000\r"


def ups(nominal: int = 24) -> UpsQ1:
    driver = build("ups-q1", nominal=nominal)
    assert isinstance(driver, UpsQ1)
    return driver


async def look(driver: UpsQ1, wire: Played) -> list[Event]:
    at = Stamp("boot", wire.agenda.now)
    return [m for m in await driver.poll(wire, lambda: at) if isinstance(m, Event)]


async def test_a_power_cut() -> None:
    driver, wire = ups(), Played("ups-q1", None, lasts_s=80.0)
    assert not await look(driver, wire)
    told = list[Event]()
    for volts, seconds in ((0.0, 30), (0.0, 60), (230.0, 10)):
        wire.device.do(Set("dev", volts, "mains_voltage"))
        for _ in range(seconds):
            told += await look(driver, wire)
            wire.wait(0.5)
    assert [event.kind for event in told] == ["mains_lost", "battery_low", "mains_back"]
    lost, low, back = (event.data for event in told)
    assert lost["first"] is False
    assert isinstance(back["seconds"], float)
    assert 50 < back["seconds"] < 100
    for data in (lost, low, back):
        assert isinstance(data["battery"], float)
    assert float(str(lost["battery"])) > 95
    assert float(str(low["battery"])) < 25


async def test_an_online_ups_tells_of_one_cell() -> None:
    for online in (True, False):
        wire = Played("ups-q1", None, online=online, nominal=48)
        messages = list(await ups(48).poll(wire, now))
        values = {m.quantity: m.value for m in messages if isinstance(m, Reading)}
        assert abs(values["voltage"] - 52.0) < 0.3
        assert values["battery"] > 98


async def test_an_empty_ups_is_dark_and_comes_back() -> None:
    driver, wire = ups(), Played("ups-q1", None)
    await look(driver, wire)
    wire.device.do(Set("dev", 1.0, "failed"))
    assert [event.kind for event in await look(driver, wire)] == ["fault_reported"]
    assert not await look(driver, wire)


async def test_no_single_damaged_answer_is_a_power_cut() -> None:
    for damaged in flips(FINE):
        driver = ups()
        await driver.poll(Script([(QUESTION, FINE)] * 2), now)
        taken = megatec.take(damaged, None)
        if "Got" not in type(taken).__name__ or damaged == FINE:
            continue
        line = Script([(QUESTION, damaged), (QUESTION, FINE)])
        messages = list(await driver.poll(line, now))
        assert not [m for m in messages if isinstance(m, Event)], damaged
