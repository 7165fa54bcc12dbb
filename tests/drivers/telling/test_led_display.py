"""The board's codec with any text, and its driver against a simulated one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Refused
from agent.drivers.codecs import onbon_k
from agent.drivers.codecs.base import Got
from agent.line.asking import NoAnswer
from tests.drivers.properties import flips
from tests.drivers.telling.heard import Told
from tests.drivers.vectors import Case, accepted

areas = st.builds(
    onbon_k.Area,
    number=st.integers(0, 4),
    x=st.integers(0, 0x7FFF),
    y=st.integers(0, 0xFFFF),
    width=st.integers(0, 0x7FFF),
    height=st.integers(0, 0xFFFF),
    text=st.binary(max_size=60) | st.lists(st.sampled_from(b"\xa5\xa6\x5a\x5b")).map(bytes),
    still=st.booleans(),
    keep_s=st.integers(0, 0xFFFF),
)


@given(st.integers(0, 0xFFFF), st.lists(areas, max_size=5))
def test_what_is_written_is_read(screen: int, shown: list[onbon_k.Area]) -> None:
    frame = onbon_k.shows(screen, shown)
    assert frame[8:-1].count(0xA5) == frame[:-1].count(0x5A) == 0
    taken = onbon_k.take(frame, None)
    assert isinstance(taken, Got)
    assert taken.used == len(frame)
    assert (taken.frame.to, taken.frame.code) == (screen, onbon_k.SHOW)
    told = onbon_k.show(taken.frame)["areas"]
    assert isinstance(told, list)
    assert [(one["area"], one["x"], one["width"]) for one in told] == [
        (area.number, area.x, area.width) for area in shown
    ]


@pytest.mark.parametrize("case", accepted("onbon_k"), ids=str)
def test_a_flipped_bit_behind_the_start_is_never_believed(case: Case) -> None:
    start = len(case.hex) - len(case.hex.lstrip(b"\xa5"))
    for damaged in flips(case.hex[start:]):
        taken = onbon_k.take(case.hex[:start] + damaged, None)
        assert not isinstance(taken, Got), damaged.hex(" ")


def board(**options: object) -> Told:
    return Told("led-display", **{"address": 1, **options})


async def test_a_text_stands_on_its_line() -> None:
    wire = board()
    await wire.poll()
    await wire.act("show", text="3.2公斤")
    await wire.act("show", text="积分 +12", line=2)
    shown = [(one["text"], one["moves"], one["top"]) for one in wire.happened("show")]
    assert shown == [("3.2公斤", "still", 0), ("积分 +12", "still", 16)]
    assert [one["confirmed"] for one in wire.events("text_shown")] == [True, True]


async def test_a_long_text_moves_and_unknown_characters_are_counted() -> None:
    wire = board()
    await wire.act("show", text="请于今晚八点前移走占用消防通道的车辆🚗")
    assert [one["moves"] for one in wire.happened("show")] == ["left"]
    assert wire.happened("show")[0]["text"].endswith("车辆?")
    assert wire.events("text_shown")[0]["replaced"] == 1


async def test_clearing() -> None:
    wire = board()
    await wire.act("show", text="a")
    await wire.act("show", text="b", line=2)
    await wire.act("clear", line=2)
    assert [one["area"] for one in wire.happened("clear")] == [1]
    await wire.act("clear")
    assert [one["area"] for one in wire.happened("clear")] == [1, 0]


async def test_a_busy_controller_refuses() -> None:
    wire = board(busy_s=1.0)
    await wire.act("show", text="a")
    with pytest.raises(Refused, match="busy"):
        await wire.act("show", text="b")
    wire.idle(1.5)
    await wire.act("show", text="b")


async def test_garbled_requests_are_sent_once_more() -> None:
    wire = board()
    wire.harm("flip", rate=0.004)
    good = 0
    for n in range(40):
        try:
            await wire.act("show", text=f"text {n}")
        except NoAnswer:
            continue
        good += 1
        assert wire.happened("show")[-1]["text"] == f"text {n}"
    assert good > 10


async def test_a_board_that_is_off_gives_no_answer() -> None:
    wire = board()
    wire.harm("silent")
    with pytest.raises(NoAnswer):
        await wire.poll()


async def test_the_answer_to_another_screen_is_none() -> None:
    wire = board(address=2)  # the driver speaks with screen 1
    with pytest.raises(NoAnswer):
        await wire.act("show", text="a")
    assert not wire.happened("show")
