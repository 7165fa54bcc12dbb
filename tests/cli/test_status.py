"""linli status and linli monitor, against a real socket with a known snapshot behind it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from agent.web.health import HealthServer
from agent.web.routes import routes
from agent.web.snapshot import Snapshot
from cli.main import main
from cli.monitor import rates, show_json, view
from cli.seeing.asking import Silence, Told, ask
from cli.seeing.rates import Window
from cli.seeing.words import number, size, span
from tests.web.samples import BUSY


@asynccontextmanager
async def agent(path: Path, snapshot: Callable[[], Snapshot]) -> AsyncIterator[None]:
    server = HealthServer(path, routes(snapshot))
    await server.start()
    try:
        yield
    finally:
        await server.stop()


async def linli(*words: str) -> int:
    return await asyncio.to_thread(main, words)


async def test_a_well_box_is_shown_with_exit_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    async with agent(tmp_path / "s", lambda: BUSY):
        assert await linli("status", "--socket", str(tmp_path / "s")) == 0
    shown = capsys.readouterr().out
    for words in ("box-1", "翠苑一区", "状态良好 all is well", "55.3 dB(A)", "在线 here",
                  "/dev/ttyUSB0", "bulk", "12.0 KB"):  # fmt: skip
        assert words in shown


async def test_what_needs_a_person_is_named_with_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = replace(BUSY, devices=(replace(BUSY.devices[0], here=False, reason="no answer"),))
    async with agent(tmp_path / "s", lambda: away):
        assert await linli("status", "--socket", str(tmp_path / "s")) == 1
        assert "设备 noise-1 离线 (no answer)" in capsys.readouterr().out
        assert await linli("status", "--json", "--socket", str(tmp_path / "s")) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["running"] is True
    assert told["well"] is False
    assert [reason["about"] for reason in told["reasons"]] == ["noise-1"]
    assert told["devices"][0]["last"][0]["value"] == 55.3


async def test_nobody_there_is_exit_1_with_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = str(tmp_path / "nobody")
    assert await linli("status", "--socket", nobody) == 1
    assert "网关未运行" in capsys.readouterr().err
    assert await linli("status", "--json", "--socket", nobody) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["running"], told["why"], told["socket"]) == (False, "not_running", nobody)


async def test_the_configuration_says_where_the_agent_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_STATE", str(tmp_path))
    config = tmp_path / "box.toml"
    config.write_text('[health]\nsocket = "${LINLI_STATE}/s"\n[[bus]]\nthis line is no TOML\n')
    async with agent(tmp_path / "s", lambda: BUSY):
        assert await linli("status", "--config", str(config)) == 0
    config.write_text("schema_version = 1\n")
    async with agent(tmp_path / "agent.sock", lambda: BUSY):
        assert await linli("status", "--config", str(config)) == 0
    capsys.readouterr()


@pytest.mark.parametrize("command", ["status", "monitor"])
async def test_a_named_configuration_that_is_not_there_is_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert await linli(command, "--config", str(tmp_path / "none.toml")) == 2
    assert "none.toml" in capsys.readouterr().err
    unset = tmp_path / "box.toml"
    unset.write_text('[health]\nsocket = "${LINLI_NO_SUCH_THING}/s"\n')
    assert await linli(command, "--config", str(unset)) == 2
    assert "LINLI_NO_SUCH_THING" in capsys.readouterr().err


async def test_monitor_waits_for_an_agent_and_then_follows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, loop = tmp_path / "s", asyncio.get_running_loop()
    clock = iter(range(1000, 2000))
    server = HealthServer(path, routes(lambda: replace(BUSY, mono_s=next(clock))))

    def answers() -> Iterator[Told | Silence]:
        yield ask(path)
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(30)
        yield ask(path)
        yield ask(path)

    assert await asyncio.to_thread(show_json, answers())
    await server.stop()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["running"] for line in lines] == [False, True, True]
    assert [line["rates"]["stored_per_s"] for line in lines[1:]] == [None, 0.0]
    assert lines[-1]["gateway"] == "box-1"


async def test_monitor_ends_by_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with agent(tmp_path / "s", lambda: BUSY):
        monitor = ("monitor", "--seconds", "0.5", "--socket", str(tmp_path / "s"))
        assert await linli(*monitor) == 0
        assert "box-1" in capsys.readouterr().out
        assert await linli(*monitor, "--json") == 0
    assert json.loads(capsys.readouterr().out)["running"] is True


async def test_monitor_of_nobody_is_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await linli("monitor", "--seconds", "0.1", "--socket", str(tmp_path / "none")) == 1
    assert "等待网关" in capsys.readouterr().out


def after(seconds: float, stored: int, written: int, noise: int = 0, pid: int = 42) -> Snapshot:
    """The busy box, later."""
    return replace(
        BUSY,
        mono_s=BUSY.mono_s + seconds,
        process=replace(BUSY.process, written_bytes=written, pid=pid),
        journal=replace(BUSY.journal, streams=(replace(BUSY.journal.streams[0], stored=stored),)),
        devices=(replace(BUSY.devices[0], readings=noise), BUSY.devices[1]),
    )


def test_rates_are_differences_over_the_agents_own_time() -> None:
    window = Window()
    assert rates(window)["stored_per_s"] is None
    window.add(after(0, 0, 0))
    assert rates(window)["stored_per_s"] is None
    window.add(after(50, 100, 1000))
    assert rates(window)["stored_per_s"] == 2.0
    assert rates(window)["written_bytes_per_day"] == round(1000 / 50 * 86400)
    window.add(after(100, 400, 1000))  # the first one is now too old to count
    assert rates(window)["stored_per_s"] == 6.0
    window.add(after(110, 5, 0, pid=43))  # another process: counts began anew
    assert rates(window)["stored_per_s"] is None


def test_the_view_has_everything_on_one_screen() -> None:
    window = Window()
    window.add(after(0, 0, 0))
    last = after(4, 10, 1000, noise=48)
    window.add(last)
    console = Console(width=140, height=60, record=True, file=StringIO())
    console.print(view(Told(last, {}), window))
    shown = console.export_text()
    for words in ("box-1", "noise-1", "12.0", "55.3 dB(A)", "rs485", "weighing", "weight=1.5",
                  "2.5/s", "良好 well"):  # fmt: skip
        assert words in shown
    console.print(view(Silence("not_running", "网关未运行", "not running"), window))
    assert "等待网关" in console.export_text()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (size(0), "0 B"), (size(1023), "1023 B"), (size(2048), "2.0 KB"), (size(5e12), "4.5 TB"),
        (span(0.4), "0 s"), (span(61), "1 min 1 s"), (span(7320), "2 h 2 min"),
        (span(200_000), "2 d 7 h"), (number(1.50), "1.5"), (number(-0.00012), "-0.00012"),
        (number(20.0), "20"),
    ],
)  # fmt: skip
def test_numbers_are_readable(said: str, shown: str) -> None:
    assert said == shown
