"""``linli decode`` as people and scripts call it."""

import json

import pytest

from agent.drivers.codecs.register import PROTOCOLS
from cli.main import main

ON_1 = "a00101a2"
QUESTION, REPLY = "010300000001840a", "0103020224b93f"


def decode(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    assert main(["decode", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    try:
        code: object = main(["decode", *words])
    except SystemExit as left:  # argparse's way out
        code = left.code
    told = capsys.readouterr()
    assert code == 2
    assert not told.out
    return told.err


def test_it_names_the_protocols(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "--list"]) == 0
    assert capsys.readouterr().out.split() == list(PROTOCOLS)


def test_an_accepted_frame(capsys: pytest.CaptureFixture[str]) -> None:
    assert decode(capsys, "--json", "lcus", ON_1) == [
        {"protocol": "lcus", "ok": True, "frame": {"channel": 1, "op": 1}}
    ]


def test_a_rejected_frame(capsys: pytest.CaptureFixture[str]) -> None:
    assert decode(capsys, "--json", "lcus", "a00101a3") == [
        {"protocol": "lcus", "ok": False, "why": "checksum"}
    ]


def test_glued_and_cut(capsys: pytest.CaptureFixture[str]) -> None:
    told = decode(capsys, "--json", "lcus", ON_1 + ON_1 + "a001")
    assert [one["ok"] for one in told] == [True, True, False]
    assert told[2] == {"protocol": "lcus", "ok": False, "why": "truncated"}


def test_several_captures_are_judged_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    told = decode(capsys, "--json", "modbus", QUESTION[:-2], QUESTION, REPLY)
    assert [one.get("why") for one in told] == ["truncated", None, None]


@pytest.mark.parametrize("text", ["A0 01 01 A2", "A00101a2", " a0\t01 01a2 "])
def test_spaces_and_capitals_do_not_matter(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert decode(capsys, "--json", "lcus", text)[0]["ok"]


@pytest.mark.parametrize(
    "words",
    [
        ["--json", "modbus", "--direction", "device", REPLY],
        ["--direction", "device", "--json", "modbus", REPLY],
        ["modbus", REPLY, "--json", "--direction", "device"],
        ["modbus", "--direction=device", "--json", REPLY],
    ],
)
def test_options_may_stand_anywhere(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    (told,) = decode(capsys, *words)
    assert told["ok"]


def test_the_direction_decides(capsys: pytest.CaptureFixture[str]) -> None:
    (as_device,) = decode(capsys, "--json", "modbus", "--direction", "device", QUESTION)
    (as_host,) = decode(capsys, "--json", "modbus", "--direction", "host", QUESTION)
    assert (as_device["ok"], as_host["ok"]) == (False, True)


def test_quantities_are_numbers_and_digits_stay_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "--json", "yaohua_cont", "022b30303030333232313803"]) == 0
    out = capsys.readouterr().out
    assert '"digits": "000032"' in out
    assert '"weight": 0.32' in out
    assert '"dp": 2' in out


def test_people_may_read_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decode", "lcus", ON_1 + "a0"]) == 0
    assert capsys.readouterr().out.splitlines() == ["✓ channel=1  op=1", "✗ truncated"]


def test_unknown_protocols_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "yaohua_cont" in refused(capsys, "--json", "profibus", "00")


@pytest.mark.parametrize("text", ["a0f", "zz", "0x01", "", "a0 0"])
def test_what_is_not_hexadecimal_is_refused(capsys: pytest.CaptureFixture[str], text: str) -> None:
    refused(capsys, "--json", "lcus", ON_1, text)


@pytest.mark.parametrize("option", ["--address", "--bindkey", "--service-data"])
def test_options_of_advertisements_are_refused_on_a_wire(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert option in refused(capsys, "--json", "lcus", option, "AA", ON_1)


def test_nothing_to_decode_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "--json")
    refused(capsys, "--json", "lcus")
    refused(capsys, "--json", "lcus", "--direction", "sideways", ON_1)


def test_a_long_capture_of_noise_takes_no_age(capsys: pytest.CaptureFixture[str]) -> None:
    for name in PROTOCOLS:
        noise = bytes((n * n + 7 * n) % 251 for n in range(30_000)).hex()
        assert decode(capsys, "--json", name, noise)
