"""``linli check`` as a person and as a script see it."""

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.config.test_example import DEMO

FIVE = """\
schema_version = 1
[site]
gateway = "box-1"
[[bus]]
id = "scale-a"
port = "/dev/ttyUSB0"
baud = 960
[[device]]
id = "scale-1"
driver = "yaohau"
bus = "scale-a"
[[device]]
id = "noise-1"
driver = "noise-485"
bus = "slope"
[store]
seal_s = 90
"""
LINES = [7, 10, 12, 15, 17]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "box.toml"
    path.write_text(FIVE)
    return path


def test_five_faults_are_five_lines(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(wrong)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{wrong}:{line}" for line in LINES]
    assert lines[1] == (
        f"{wrong}:10: [[device]] scale-1 → driver: 没有名为 yaohau 的驱动"
        " / there is no driver named yaohau (did you mean yaohua? 是不是 yaohua？)"
    )


def test_five_faults_are_five_objects(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(wrong), "--json"]) == 2
    *faults, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert [fault["line"] for fault in faults] == LINES
    assert faults[1]["path"] == ["device", 0, "driver"]
    assert faults[1]["meant"] == "yaohua"
    assert last == {"file": str(wrong), "ok": False, "faults": 5}


def test_a_good_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(DEMO)]) == 0
    out = capsys.readouterr().out
    assert "总线 15，设备 27，" in out
    assert "15 buses, 27 devices, " in out
    assert "tilt-1: wit-tilt-485 @80 → east-slope" in out


def test_a_good_file_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(DEMO), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], len(told["devices"]), len(told["digest"])) == (True, 27, 64)


def test_the_configuration_of_the_environment(
    wrong: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINLI_CONFIG", str(wrong))
    assert main(["check"]) == 2
    assert str(wrong) in capsys.readouterr().out


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = tmp_path / "no.toml"
    assert main(["check", "--config", str(absent)]) == 2
    assert capsys.readouterr().out.startswith(f"{absent}: 无法读取文件")
