"""The weighing transmitter against its simulated self: what is told is true, or was refused."""

from typing import cast

import pytest

from agent.drivers.base import Acts, Polls, Refused
from agent.model.messages import Event, Message, Quality, Reading
from hwsim.devices.scales.weigher_modbus import Options, Weigher
from hwsim.orders import Load, Set
from hwsim.stand import Stand
from tests.drivers.slaves import Here, Wire
from tests.drivers.wires import Wired, build, command, now

GOOD, SUSPECT, INVALID = Quality.GOOD, Quality.SUSPECT, Quality.INVALID


class Scale:
    """Driver, wire and device."""

    def __init__(self, *, value: str = "gross", deaf: bool = False, firmware: int = 250) -> None:
        self.stand = Here()
        options = Options(deaf=deaf, firmware=firmware)
        self.device = Weigher(cast("Stand", self.stand), options)
        self.line = Wire(self.device, self.stand)
        self.driver: Wired = build("weigher-modbus", 7, value=value)

    def lies(self, kg: float) -> None:
        self.device.do(Set("slave", kg))

    async def says(self) -> list[Message]:
        assert isinstance(self.driver, Polls)
        return list(await self.driver.poll(self.line, now))

    async def weighs(self) -> tuple[float, Quality]:
        (reading,) = await self.says()
        assert isinstance(reading, Reading)
        return reading.value, reading.quality

    async def act(self, action: str) -> None:
        assert isinstance(self.driver, Acts)
        await self.driver.act(self.line, command(action), now)


@pytest.mark.parametrize("kg", [0.0, 0.02, 3.54, 99.98, -0.3])
async def test_what_lies_there_is_what_is_told(kg: float) -> None:
    scale = Scale()
    scale.lies(kg)
    assert await scale.weighs() == (kg, GOOD)


async def test_what_moves_is_suspect() -> None:
    scale = Scale()
    scale.device.do(Load("slave", 5.0, 10.0))
    scale.stand.now = 0.9  # it swings
    assert (await scale.weighs())[1] is SUSPECT
    scale.stand.now = 3.0
    assert await scale.weighs() == (5.0, GOOD)


@pytest.mark.parametrize("firmware", [250, 120])
async def test_too_much_is_no_weight_and_told_once(firmware: int) -> None:
    scale = Scale(firmware=firmware)
    scale.lies(120.0)
    event, reading = await scale.says()
    assert isinstance(event, Event)
    assert event.data == {"fault": "overload"}
    assert isinstance(reading, Reading)
    assert reading.quality is INVALID
    (again,) = await scale.says()
    assert again == reading
    scale.lies(1.0)
    assert await scale.weighs() == (1.0, GOOD)


async def test_a_tare_is_taken_off_the_net_weight() -> None:
    scale = Scale(value="net")
    scale.lies(2.5)
    await scale.act("tare")
    assert await scale.weighs() == (0.0, GOOD)
    scale.lies(4.0)
    assert await scale.weighs() == (1.5, GOOD)
    assert [told["what"] for told in scale.stand.truth] == ["tare"]


async def test_a_small_rest_is_zeroed_and_a_great_one_is_not() -> None:
    scale = Scale()
    scale.lies(0.3)
    await scale.act("zero")
    assert await scale.weighs() == (0.0, GOOD)
    scale.lies(50.0)
    with pytest.raises(Refused):  # the device confirms, and does nothing
        await scale.act("zero")
    assert await scale.weighs() == (49.7, GOOD)


@pytest.mark.parametrize("action", ["tare", "zero"])
async def test_a_confirmation_is_not_believed_before_the_weight_shows_it(action: str) -> None:
    scale = Scale(deaf=True)
    scale.lies(2.5)
    with pytest.raises(Refused):
        await scale.act(action)


async def test_firmware_without_a_status_is_refused() -> None:
    with pytest.raises(Refused):
        await Scale(firmware=100).says()
