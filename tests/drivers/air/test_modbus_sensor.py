"""Maps, blocks and values of the Modbus sensor, and faults of its options with their place."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.catalogue import Catalogue
from agent.config.faults import ConfigError, Notes
from agent.config.load import load
from agent.config.validate import options
from agent.drivers.air import maps
from agent.drivers.air.blocks import MOST, Span, plan
from agent.drivers.air.fields import Field, Flag
from agent.drivers.air.modbus_sensor import SensorOptions
from agent.drivers.codecs import modbus
from agent.drivers.register import REGISTER
from agent.model.messages import Quality
from agent.pipeline.register import STAGES
from tests.drivers.air.clock import Clock, asked, polled

PAGE = Path(__file__).resolve().parents[3] / "docs" / "devices" / "modbus-sensor.md"
spans = st.builds(Span, st.sampled_from([3, 4]), st.integers(0, 300), st.integers(1, 2))


def reply(*words: int, function: int = 3) -> bytes:
    data = b"".join(word.to_bytes(2) for word in words)
    return modbus.encode(bytes((1, function, len(data))) + data)


def question(start: int, count: int, function: int = 3) -> bytes:
    return modbus.read(1, function, start, count)


REFUSAL = modbus.encode(bytes((1, 0x83, 2)))


# ── maps ─────────────────────────────────────────────────────────────────────────────────────


def test_every_file_is_a_map_and_every_map_a_file() -> None:
    assert sorted(maps.NAMES) == sorted(path.stem for path in maps.FOLDER.glob("*.toml"))
    assert list(maps.NAMES) == sorted(maps.NAMES)


@pytest.mark.parametrize("name", maps.NAMES)
def test_a_map_is_valid_by_the_rules_of_the_configuration(name: maps.Name) -> None:
    told = tomllib.loads((maps.FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    notes = Notes()
    options(SensorOptions, {"fields": told["field"]}, (), notes)
    assert not notes
    one = maps.shipped(name)
    assert one.source
    assert 1 <= one.period <= 60
    assert len({field.quantity for field in one.fields}) == len(one.fields)


def test_the_page_lists_the_maps() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.partition("<!-- maps -->\n")[2].partition("<!-- end -->")[0] == maps.table()


# ── blocks ───────────────────────────────────────────────────────────────────────────────────


@given(st.lists(spans, max_size=12))
def test_blocks_hold_all_and_are_not_long(wanted: list[Span]) -> None:
    blocks = plan(wanted)
    assert all(any(block.holds(span) for block in blocks) for span in wanted)
    assert all(block.count <= MOST for block in blocks)
    assert len(blocks) <= len(set(wanted))
    assert plan(blocks) == blocks


def test_neighbours_are_asked_together_and_strangers_are_not() -> None:
    assert plan([Span(3, 4, 1), Span(3, 9, 1)]) == [Span(3, 4, 6)]
    assert plan([Span(3, 0, 2), Span(3, 100, 1)]) == [Span(3, 0, 2), Span(3, 100, 1)]
    assert plan([Span(3, 0, 1), Span(4, 1, 1)]) == [Span(3, 0, 1), Span(4, 1, 1)]


# ── values ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "words", "value", "quality"),
    [
        (Field(quantity="temperature", register=0, type="s16", scale=0.1), [0xFF9B], -10.1, "good"),
        (Field(quantity="temperature", register=0, scale=0.1, offset=-40), [615], 21.5, "good"),
        (Field(quantity="illuminance", register=0, type="u32"), [2, 0x6F6], 132854, "good"),
        (Field(quantity="level", register=0, type="u32", order="low"), [0x2F6, 0], 758, "good"),
        (Field(quantity="level", register=0, type="s32", scale=0.1), [65535, 65526], -1, "good"),
        (Field(quantity="level", register=0, type="f32"), [0x3FC0, 0], 1.5, "good"),
        (Field(quantity="level", register=0, type="f32"), [0x7FC0, 0], 1000, "invalid"),
        (Field(quantity="pm10", register=0, invalid=(0x7FFF,)), [0x7FFF], 32767, "invalid"),
        (Field(quantity="pm2_5", register=0, invalid=(999,)), [999], 999, "invalid"),
        (Field(quantity="wind_speed", register=0, scale=0.1, high=60), [601], 60.1, "invalid"),
        (Field(quantity="wind_speed", register=0, scale=0.1, high=60), [600], 60, "good"),
        (Field(quantity="humidity", register=0, scale=0.1), [1001], 100.1, "invalid"),
        (Field(quantity="temperature", register=0, type="s16", low=-40), [0xFFD7], -41, "invalid"),
    ],
)  # fmt: skip
def test_values(field: Field, words: list[int], value: float, quality: str) -> None:
    told = field.value({(3, at): word for at, word in enumerate(words)})
    assert told == (value, Quality(quality))


# ── speech ───────────────────────────────────────────────────────────────────────────────────


async def test_a_refused_block_is_asked_in_pieces_from_then_on() -> None:
    driver, clock = asked("modbus-sensor", map="jxbs-3001-pm"), Clock()
    one, two = (question(4, 1), reply(35)), (question(9, 1), reply(52))
    told = [("pm2_5", 35.0, "good"), ("pm10", 52.0, "good")]
    assert await polled(driver, clock, 0, (question(4, 6), REFUSAL), one, two) == told
    assert await polled(driver, clock, 1, one, two) == told


async def test_a_field_that_stays_refused_is_a_fault_once() -> None:
    driver, clock = asked("modbus-sensor", map="jxbs-3001-pm"), Clock()
    one, no = (question(4, 1), reply(35)), (question(9, 1), REFUSAL)
    said = [await polled(driver, clock, 0, (question(4, 6), REFUSAL), one, no)]
    said += [await polled(driver, clock, 1 + n, one, no) for n in range(3)]
    pm: tuple[str, float | str, str] = ("pm2_5", 35.0, "good")
    fault: tuple[str, float | str, str] = ("fault_reported", "register 9 refused", "")
    assert said == [[pm], [pm], [fault, pm], [pm]]


async def test_a_flag_of_the_device_is_a_fault_and_makes_its_values_doubtful() -> None:
    fields = (Field(quantity="co2", register=0),)
    flags = (
        Flag(fault="lamp", register=1, bit=3),
        Flag(fault="no sensor", register=1, values=(0xFF,)),
    )
    driver, clock = asked("modbus-sensor", fields=fields, faults=flags), Clock()

    async def said(status: int) -> list[tuple[str, float | str, str]]:
        return await polled(driver, clock, 0, (question(0, 2), reply(640, status)))

    assert await said(0b0111) == [("co2", 640.0, "good")]
    assert await said(0b1000) == [("fault_reported", "lamp", ""), ("co2", 640.0, "suspect")]
    assert await said(0b1000) == [("co2", 640.0, "suspect")]
    assert (await said(0xFF))[0] == ("fault_reported", "no sensor", "")


async def test_input_registers_and_holding_registers_are_two_questions() -> None:
    fields = (
        Field(quantity="temperature", register=1, function=4, scale=0.1),
        Field(quantity="humidity", register=2, scale=0.1),
    )
    driver, clock = asked("modbus-sensor", fields=fields), Clock()
    questions = (question(2, 1), reply(610)), (question(1, 1, 4), reply(215, function=4))
    told = await polled(driver, clock, 0, *questions)
    assert told == [("temperature", 21.5, "good"), ("humidity", 61.0, "good")]


def test_its_period_is_that_of_the_map_or_the_one_written() -> None:
    assert asked("modbus-sensor", map="xm9505-rain").every == 10
    assert asked("modbus-sensor", map="xm9505-rain", period=60).every == 60
    assert asked("modbus-sensor", fields=(Field(quantity="co2", register=0),)).every == 1


# ── options ──────────────────────────────────────────────────────────────────────────────────

BOX = """schema_version = 1
site.gateway = "box-1"
[[bus]]
id = "pair"
port = "/dev/ttyUSB0"
[[device]]
id = "sensor"
driver = "modbus-sensor"
bus = "pair"
address = 1
[device.options]
"""
GOOD = 'fields = [\n{ quantity = "co2", register = 0 },\n{ quantity = "pm10", register = 4 },\n]\n'
FLAG = 'faults = [{ fault = "lamp", register = 1, bit = 3 }]\n'


def configured(text: str, folder: Path) -> object:
    file = folder / "box.toml"
    file.write_text(BOX + text, encoding="utf-8")
    catalogue = Catalogue(drivers=REGISTER, stages=STAGES)
    return load(file, catalogue, {"LINLI_STATE": str(folder)}).devices[0].options


def test_fields_in_the_file_become_fields(tmp_path: Path) -> None:
    made = configured(GOOD + FLAG, tmp_path)
    assert made == SensorOptions(
        fields=(Field(quantity="co2", register=0), Field(quantity="pm10", register=4)),
        faults=(Flag(fault="lamp", register=1, bit=3),),
    )


FIELD, FAULT = "fields[2].", "faults[1]."
MISTAKES = [
    ("period = 2", 11, "", "options_unfit"),
    ('map = "xy-md02"\n' + GOOD, 11, "", "options_unfit"),
    ('map = "xy-md03"', 12, "map", "not_one_of"),
    ('map = "xy-md02"\nonly = ["humidity", "co2"]', 13, "only[2]", "options_unfit"),
    (GOOD.replace("pm10", "pm11"), 14, FIELD + "quantity", "options_unfit"),
    (GOOD.replace("= 4", "= -4"), 14, FIELD + "register", "out_of_range"),
    (GOOD.replace("register = 4", "registre = 4"), 14, FIELD + "registre", "unknown_key"),
    (GOOD.replace(", register = 4", ""), 14, FIELD + "register", "missing"),
    (GOOD.replace("= 4", '= 4, type = "s64"'), 14, FIELD + "type", "not_one_of"),
    (GOOD.replace("= 4", "= 4, function = 1"), 14, FIELD + "function", "not_one_of"),
    (GOOD.replace("= 4", "= 4, scale = 0"), 14, FIELD + "scale", "options_unfit"),
    (GOOD.replace("= 4", "= 4, low = 9, high = 1"), 14, FIELD + "low", "options_unfit"),
    (GOOD.replace("= 4", '= 65535, type = "u32"'), 14, FIELD + "register", "options_unfit"),
    (GOOD + FLAG.replace(", bit = 3", ""), 16, FAULT + "bit", "options_unfit"),
    (GOOD + FLAG.replace("= 3", "= 3, values = [1]"), 16, FAULT + "bit", "options_unfit"),
    (GOOD + FLAG.replace("= 3", "= 16"), 16, FAULT + "bit", "out_of_range"),
]


@pytest.mark.parametrize(("text", "line", "key", "code"), MISTAKES)
def test_a_fault_names_its_place_in_two_languages(
    text: str, line: int, key: str, code: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as told:
        configured(text, tmp_path)
    (fault,) = told.value.faults
    where = f"[[device]] sensor → options.{key}".removesuffix(".")
    assert (fault.line, fault.key, fault.code) == (line, where, code)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in fault.zh)
    assert fault.en.isascii()
