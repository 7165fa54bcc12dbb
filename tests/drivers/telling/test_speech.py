"""Speech: cutting texts, frames with any bytes, and the driver against a simulated module."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.base import Refused
from agent.drivers.codecs import tts
from agent.drivers.codecs.base import Bad, Direction, Got, More
from agent.drivers.telling.gbk import as_gbk
from agent.drivers.telling.speech_pieces import pieces
from agent.line.asking import NoAnswer
from tests.drivers.properties import flips
from tests.drivers.telling.heard import Told

ALARM = "三号楼边坡位移超过警戒值，请立即撤离。"
dialects = st.sampled_from([tts.SYN6288, tts.XFS5152])


@given(dialects, st.integers(0, 255), st.binary(max_size=150))
def test_what_is_written_is_read(dialect: tts.Dialect, command: int, data: bytes) -> None:
    frame = dialect.encode(command, data)
    taken = dialect.take(frame, Direction.HOST)
    if command == tts.SAY and not data:
        assert isinstance(taken, Bad)
    else:
        assert taken == Got(tts.Frame(command, data), len(frame))
        dialect.show(tts.Frame(command, data))


def test_one_flipped_bit_of_a_frame_is_never_believed() -> None:
    frame = tts.SYN6288.say("水位超限".encode("gbk"))
    for damaged in flips(frame):
        taken = tts.SYN6288.take(damaged, Direction.HOST)
        assert isinstance(taken, Bad | More), damaged.hex(" ")


@given(st.text(max_size=400), st.integers(2, 200))
def test_pieces_fit_and_nothing_is_lost(text: str, most: int) -> None:
    cut = pieces(text, most)
    assert all(len(as_gbk(piece)[0]) <= most for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_a_text_is_cut_where_one_draws_breath() -> None:
    assert pieces("一二三。四五，六七", 14) == ["一二三。", "四五，六七"]
    assert pieces("一二三四五六七八", 10) == ["一二三四五", "六七八"]
    assert pieces("一二，三四五六", 10) == ["一二，", "三四五六"]


@pytest.mark.parametrize("chip", ["syn6288", "xfs5152"])
async def test_a_text_is_said(chip: str) -> None:
    wire = Told("speech", chip=chip, driver={"chip": chip})
    await wire.poll()
    await wire.act("say", text=ALARM, volume=10)
    loudest = {"syn6288": "[v16]", "xfs5152": "[v10]"}[chip]
    told = [(one["text"], one["marks"]) for one in wire.happened("say")]
    assert told == [(ALARM, loudest)]
    assert wire.events("text_said")[0]["confirmed"] is True


async def test_a_long_text_is_not_broken_off_by_its_own_next_piece() -> None:
    wire = Told("speech")
    await wire.act("say", text=ALARM * 12)
    assert "".join(one["text"] for one in wire.happened("say")) == ALARM * 12
    assert len(wire.happened("say")) == wire.events("text_said")[0]["pieces"] == 3
    assert not any(one["interrupted"] for one in wire.happened("say"))


async def test_who_comes_in_between_is_refused_unless_it_is_an_alarm() -> None:
    wire = Told("speech")
    await wire.act("say", text="今日厨余垃圾投放时间为早七点到九点。")
    with pytest.raises(Refused, match="speaking"):
        await wire.act("say", text="你好")
    await wire.act("say", text=ALARM, interrupt=True)
    assert wire.happened("stop")[0]["interrupted"] is True
    wire.idle(10)
    await wire.act("say", text="你好")
    assert [one["text"] for one in wire.happened("say")][1:] == [ALARM, "你好"]


async def test_the_wrong_chip_understands_nothing() -> None:
    wire = Told("speech", chip="syn6288", driver={"chip": "xfs5152"})
    with pytest.raises((Refused, NoAnswer)):
        await wire.act("say", text="你好")
    assert not wire.happened("say")


async def test_a_module_that_is_off_gives_no_answer() -> None:
    wire = Told("speech")
    wire.harm("silent")
    with pytest.raises(NoAnswer):
        await wire.poll()
    with pytest.raises(NoAnswer):
        await wire.act("say", text="你好")


async def test_a_started_module_is_no_answer() -> None:
    wire = Told("speech")
    wire.device.powered(on=True)
    wire.idle(1)
    await wire.act("say", text="你好")
    assert wire.happened("say")
