"""``linli replay`` with the demo's configuration, as people call it."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main

CONFIG = Path(__file__).resolve().parents[2] / "config" / "demo" / "box.toml"
DEPOSIT = [0.0] * 20 + [0.4, 1.9] + [3.2] * 20
Line = dict[str, Any]


def deposit() -> list[Line]:
    return [
        {
            "type": "reading",
            "device": "scale-1",
            "quantity": "weight",
            "value": value,
            "utc": f"2026-03-01T08:00:{n // 10:02}.{n % 10}Z",
        }
        for n, value in enumerate(DEPOSIT)
    ]


def scan(text: str) -> Line:
    data = {"code_sha256": hashlib.sha256(text.encode()).hexdigest(), "length": len(text)}
    return {
        "type": "event",
        "device": "gate-reader-1",
        "kind": "code_scanned",
        "data": data,
        "boot": "b00t",
        "mono_ns": 5_000_000_000,
        "utc": None,
        "tq": "untrusted",
    }


def write(tmp_path: Path, *lines: Line | str) -> str:
    file = tmp_path / "lines.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return str(file)


def replay(
    file: str, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, list[Line], str]:
    code = main(["replay", file, "--config", str(CONFIG), "--json", *more])
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def test_a_deposit_is_weighed_and_nothing_is_echoed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, made, _ = replay(write(tmp_path, *deposit()), capsys)
    assert code == 0
    (weighing,) = made
    assert (weighing["kind"], weighing["device"]) == ("weighing", "scale-1")
    assert weighing["data"]["weight"] == 3.2
    assert weighing["by"] == "weigh"
    assert weighing["utc"] == "2026-03-01T08:00:03.200000Z"


def test_a_code_opens_and_a_window_needs_a_clock(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    resident, courier = scan("LINLI-DEMO-RESIDENT-1"), scan("LINLI-DEMO-COURIER-1")
    code, made, _ = replay(write(tmp_path, resident, courier), capsys)
    assert code == 0
    assert [line.get("kind", line.get("action")) for line in made] == [
        "access_granted", "pulse", "access_denied",
    ]  # fmt: skip
    assert made[1]["id"] == "east-gate-b00t-5000000000"
    assert made[2]["data"]["reason"] == "no_clock"


def test_what_it_printed_and_what_was_stored_do_not_change_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [*deposit(), scan("LINLI-DEMO-RESIDENT-1")]
    _, made, _ = replay(write(tmp_path, *lines), capsys)
    stored = [
        line | {"gateway": "g", "stream": "bulk", "epoch": 1, "seq": n}
        for n, line in enumerate([*lines, *made])
    ]
    gap = {"type": "gap", "stream": "bulk", "first": 1, "last": 2}
    code, again, _ = replay(write(tmp_path, gap, *stored), capsys)
    assert (code, again) == (0, made)


def test_bad_lines_are_named_and_the_rest_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = deposit()[0] | {"quantity": "wieght"}
    file = write(tmp_path, *deposit()[:25], wrong, "", "{", "[" * 100_000, *deposit()[25:])
    code, made, err = replay(file, capsys)
    assert code == 1
    assert [line["kind"] for line in made] == ["weighing"]
    where = [line.split(": ")[0] for line in err.splitlines()]
    assert where == [f"{file}:26", f"{file}:28", f"{file}:29"]
    assert "wieght" in err


def test_lines_come_from_standard_input_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(json.dumps(line) for line in deposit())
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    code, made, _ = replay("-", capsys)
    assert (code, len(made)) == (0, 1)


def test_people_get_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, *deposit(), scan("LINLI-DEMO-RESIDENT-1"))
    assert main(["replay", file, "--config", str(CONFIG)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert "scale-1" in out[0]
    assert "weighing weight=3.2 unit=kg" in out[0]
    assert out[1].startswith("5.000 s")
    assert "pulse channel=1 ms=500" in out[2]


def test_a_faulty_configuration_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "box.toml"
    config.write_text("[site]\n", encoding="utf-8")
    assert main(["replay", write(tmp_path), "--config", str(config)]) == 2
    assert "box.toml" in capsys.readouterr().err


def test_an_absent_file_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = replay(str(tmp_path / "none"), capsys)
    assert code == 1
    assert "none" in err
