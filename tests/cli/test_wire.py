"""``linli monitor`` of one wire: what passes, decoded; recorded; and played to a driver again."""

import json
from pathlib import Path

import pytest

from cli.drill import texts
from cli.drill.room import Room
from cli.main import main
from cli.wire.recording import MOST_BYTES, Piece, Recorder, Unreadable, read

SCALE = """
[[bus]]
id = "scale"
[[device]]
id = "scale-1"
sim = "yaohua"
bus = "scale"
"""


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_free_port_is_listened_to_and_recorded_and_played_to_its_driver(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room, kept = Room(tmp_path), tmp_path / "scale.jsonl"
    with room.world(SCALE):
        port = str(room.run / "scale")
        told = ["monitor", port, "--json", "--seconds", "1.5", "--record", str(kept)]
        assert main(told) == 0
    frames = [f for line in _lines(capsys) for f in line["frames"]]  # type: ignore[attr-defined]  # JSON
    assert len(frames) > 5
    assert {frame["protocol"] for frame in frames} == {"yaohua_cont"}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert main(["monitor", "--play", str(kept), "--driver", "yaohua"]) == 0
    readings = _lines(capsys)
    assert len(readings) == len(frames)
    assert {line["quantity"] for line in readings} == {"weight"}


def test_a_wire_in_service_is_refused_and_heard_through_its_agent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = Room(tmp_path)
    with room.world(texts.scenario()), room.agent(texts.config()) as agent:
        room.wait_here(texts.SCALE)
        assert main(["monitor", str(room.run / "scale"), "--seconds", "1"]) == 2
        assert "scale" in capsys.readouterr().err
        socket = str(room.state / "agent.sock")
        told = ["monitor", "--bus", "scale", "--socket", socket, "--json", "--seconds", "3"]
        assert main(told) == 0
        heard = _lines(capsys)
        assert any(line["frames"] for line in heard)
        assert main(["monitor", "--bus", "nowhere", "--socket", socket]) == 2
        agent.stop()


def test_a_polled_driver_gets_the_answers_that_were_given_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "meter.jsonl"
    asked, answer = bytes.fromhex("010300000001840a"), bytes.fromhex("0103020224b93f")
    with kept.open("w") as out:
        recorder = Recorder(out, bus="pair")
        for at in range(3):
            recorder.add(Piece(at * 10**9, "host", asked))
            for cut in (answer[:3], answer[3:] if at != 1 else b""):
                recorder.add(Piece(at * 10**9 + 5, "device", cut))
    assert main(["monitor", "--play", str(kept), "--driver", "noise-485", "--address", "1"]) == 0
    told = _lines(capsys)
    assert [line.get("value") for line in told] == [54.8, None, 54.8]
    assert "NoAnswer" in str(told[1]["error"])


def test_a_recording_is_bounded_and_what_is_none_is_named(tmp_path: Path) -> None:
    kept = tmp_path / "long.jsonl"
    with kept.open("w") as out:
        recorder = Recorder(out, 500)
        for at in range(100):
            recorder.add(Piece(at, "device", b"12345"))
    assert kept.stat().st_size <= 500 < MOST_BYTES
    assert recorder.full
    assert 3 < len(list(read(kept))) < 10
    kept.write_text('{"recording": 1}\n{"mono_ns": 1, "from": "nobody", "hex": "00"}\n')
    with pytest.raises(Unreadable, match=":2:"):
        list(read(kept))
    kept.write_text("{}\n")
    with pytest.raises(Unreadable, match=":1:"):
        list(read(kept))


@pytest.mark.parametrize(
    "words", [["PORT", "--bus", "x"], ["p", "--proto", "none"], ["--play", "f", "--driver", "x"]]
)
def test_wrong_use_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["monitor", *words]) == 2
    assert capsys.readouterr().err
