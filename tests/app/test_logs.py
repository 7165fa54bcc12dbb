"""Each record is one bounded line, whatever is in it and whoever reads it."""

import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.app import logs


@pytest.fixture
def root() -> Iterator[None]:
    """The root logger is put back as it was."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)
    logging.captureWarnings(capture=False)


def logged(environ: dict[str, str], *args: object, **options: object) -> str:
    stream = io.StringIO()
    logs.set_up(logging.DEBUG, stream, environ)
    logging.getLogger("agent.test").warning(*args, **options)  # type: ignore[arg-type]  # any call
    return stream.getvalue()


@pytest.mark.usefixtures("root")
class TestLines:
    def test_json_is_the_rule_away_from_a_terminal(self) -> None:
        line = logged({}, "bus %s is down", "rs485", extra={"port": "/dev/x"})
        fields = json.loads(line)
        assert fields.pop("t") > 0
        assert fields == {
            "level": "warning",
            "logger": "agent.test",
            "msg": "bus rs485 is down",
            "port": "/dev/x",
        }

    def test_text_on_demand_is_one_line(self) -> None:
        line = logged({"LINLI_LOG": "text"}, "门\n%s", "two", extra={"bus": "b"})
        assert line.count("\n") == 1
        assert "WARNING agent.test: 门 ⏎ two bus=b" in line

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_lines_are_bounded(self, form: str) -> None:
        for extra in ({}, {"data": "长" * 10_000}):
            line = logged({"LINLI_LOG": form}, "话" * 20_000, extra=extra)
            assert len(line.encode()) <= logs.MOST + 1
            assert line.count("\n") == 1
            assert form == "text" or json.loads(line)["msg"].startswith("话话")

    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_traceback_keeps_its_end(self, form: str) -> None:
        try:
            raise ValueError("the very reason")  # noqa: TRY301  # to have a traceback
        except ValueError:
            line = logged({"LINLI_LOG": form}, "broke", exc_info=True)
        assert line.count("\n") == 1
        assert "ValueError: the very reason" in line

    def test_lone_surrogates_do_not_stop_the_log(self) -> None:
        assert "name" in logged({"LINLI_LOG": "text"}, "name \udc80")


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("level", "prefix"),
    [(logging.CRITICAL, "<2>"), (logging.ERROR, "<3>"), (logging.WARNING, "<4>"),
     (logging.INFO, "<6>"), (logging.DEBUG, "<7>")],
)  # fmt: skip
def test_journald_is_told_the_priority(tmp_path: Path, level: int, prefix: str) -> None:
    with (tmp_path / "stderr").open("w+", encoding="utf-8") as stream:
        stat = os.fstat(stream.fileno())
        environ = {"JOURNAL_STREAM": f"{stat.st_dev}:{stat.st_ino}"}
        logs.set_up(logging.DEBUG, stream, environ)
        logging.getLogger("agent.test").log(level, "x")
        stream.seek(0)
        assert stream.read().startswith(f'{prefix}{{"t": ')


@pytest.mark.usefixtures("root")
def test_another_stream_than_journalds_has_no_prefix(tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("w+", encoding="utf-8") as stream:
        logs.set_up(logging.INFO, stream, {"JOURNAL_STREAM": "1:1"})
        logging.getLogger("agent.test").info("x")
        stream.seek(0)
        assert stream.read().startswith("{")
