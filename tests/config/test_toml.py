"""Files as people's editors leave them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config.faults import Notes
from agent.config.toml import MOST_BYTES, decode, parse
from tests.config.loading import GOOD, box, faults


def test_what_notepad_adds_is_no_mistake(tmp_path: Path) -> None:
    plain = box(GOOD, tmp_path)
    notepad = box(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), tmp_path)
    assert notepad.devices == plain.devices
    assert notepad.digest != plain.digest


def test_lines_are_right_in_a_file_of_notepad(tmp_path: Path) -> None:
    wrong = GOOD.replace('"wire"', '"Wire"', 1).replace("\n", "\r\n")
    assert [fault.line for fault in faults(wrong, tmp_path) if fault.code == "id_form"] == [7]


def test_ansi_of_a_chinese_windows_is_told_and_all_else_too(tmp_path: Path) -> None:
    wrong = GOOD.replace('gateway = "box"', 'gateway = "box"\nname = "东门"\nnmae = 1')
    told = faults(wrong.encode("gb18030"), tmp_path)
    assert [(fault.code, fault.line) for fault in told] == [("not_utf8", 4), ("unknown_key", 5)]


def test_a_file_that_is_too_big(tmp_path: Path) -> None:
    told = faults("#" * (MOST_BYTES + 1), tmp_path)
    assert [fault.code for fault in told] == ["too_big"]


def test_a_file_that_is_nested_too_deeply(tmp_path: Path) -> None:
    told = faults("x = " + "[" * 100_000, tmp_path)
    assert [fault.code for fault in told] == ["too_deep"]


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('"/dev/ttyUSB1"', "/dev/ttyUSB1", "toml_syntax", "[[bus]] pair → port"),
        ('"/dev/ttyUSB1"', '"/dev/ttyUSB1', "toml_syntax", "[[bus]] pair → port"),
        ("baud = 9600", "baud 9600", "toml_syntax", "[[bus]] pair → baud"),
        ("baud = 9600", "baud: 9600", "toml_syntax", "[[bus]] pair → baud"),
        ("baud = 9600", "baud = 9600 8N1", "toml_syntax", "[[bus]] pair → baud"),
        ("baud = 9600", "baud = 9600\nbaud = 9600", "toml_syntax", ""),
        ("enabled = true", "enabled = no", "toml_syntax", "[sync] → enabled"),
        ('"8N1"', "“8N1”", "full_width", "[[bus]] pair → format"),
        ("baud = 9600", "baud ＝ 9600", "full_width", "[[bus]] pair → baud"),
    ],
)
def test_a_line_that_is_no_toml_hides_no_other(
    old: str, new: str, code: str, key: str, tmp_path: Path
) -> None:
    wrong = GOOD.replace(old, new, 1).replace("seal_s = 15", "seal_s = 0")
    told = faults(wrong, tmp_path)
    first, second = sorted(told, key=lambda fault: fault.code == "out_of_range")
    line = wrong.count("\n", 0, wrong.index(new)) + 1 + new.count("\n")
    assert (first.code, first.line, first.key) == (code, line, key)
    assert second.code == "out_of_range"


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ('a = 1\n[[bus]\nid = "x"\n', 2),
        ('a = 1\nb = ["x"\nc = 2\nd = 3\n', 3),  # only the next line shows that it is not closed
        ('a = 1\nb = """\nc\nd\n', 2),
    ],
)
def test_damage_beyond_a_line_is_told_once(wrong: str, line: int, tmp_path: Path) -> None:
    told = faults(wrong, tmp_path)
    assert [(fault.code, fault.line) for fault in told] == [("toml_syntax", line)]


def test_a_bracket_that_is_never_closed_is_told_where_it_opens(tmp_path: Path) -> None:
    wrong = GOOD.replace('socket = "/run', 'socket = [ "/run')
    (told,) = faults(wrong, tmp_path)
    assert (told.code, told.line) == ("toml_syntax", wrong.count("\n"))


def test_two_lines_that_are_no_toml(tmp_path: Path) -> None:
    wrong = GOOD.replace('"pair"', "pair", 1).replace("enabled = true", "enabled = off")
    told = faults(wrong, tmp_path)
    assert [fault.key for fault in told if fault.code == "toml_syntax"] == [
        "[[bus]] #2 → id",
        "[sync] → enabled",
    ]


def test_a_file_that_is_no_toml_at_all(tmp_path: Path) -> None:
    told = faults("bus: scale\n\n" * 100, tmp_path)
    assert {fault.code for fault in told} == {"toml_syntax"}
    assert len(told) <= 21


@given(st.text("ab=[]{}\"'#.,\n\r\\1é“ ", max_size=80) | st.binary(max_size=60))
def test_nothing_is_raised_whatever_the_file(content: str | bytes) -> None:
    notes = Notes()
    data = content if isinstance(content, bytes) else content.encode()
    read = parse(decode(data, notes), notes)
    assert notes or read.text.count("\n") == data.replace(b"\r\n", b"\n").count(b"\n")
