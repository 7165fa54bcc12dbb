"""What the bytes of a code say, for people; and what is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.charset import text_of

COMMON = [
    bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xC2) for cell in range(0xA1, 0xDE)
]
"""Of GB 2312's first level: none ends like a voiced katakana, none begins like a pair of UTF-8."""


@given(st.text())
def test_utf_8_is_what_it_says(text: str) -> None:
    assert text_of(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("*ﾃﾞｻﾞｲﾝQR*     \r\nhttp://example.com/", "cp932"),
        ("<ﾃﾞｻﾞｲﾝQR> \r\nｲﾗｽﾄ入りｶﾗｰQRｺｰﾄﾞ", "cp932"),
        ("[外側QRコード]\r\n\r\n*ダブルQR*", "cp932"),
        ("探そうモビで専門学校", "cp932"),
        ("欢迎来到小区", "gb2312"),
        ("湘A12345 长沙市岳麓区", "gb2312"),
    ],
)
def test_older_sets_are_known_by_their_bytes(text: str, charset: str) -> None:
    assert text_of(text.encode(charset)) == text


@given(st.lists(st.sampled_from(COMMON), min_size=3, max_size=40).map("".join))
def test_chinese_is_not_taken_for_katakana(text: str) -> None:
    assert text_of(text.encode("gb2312")) == text


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff",
        "欢迎".encode("gb2312"),
        b"\xca\xfe\xba\xbe",
        b"\xde\xad\xbe\xef",
        b"\xc3(",
        b"\x01\x00\xff\xfe12",
        "你好世界".encode("gb2312") + b"\x1b[2J",
        bytes(range(256)),
        b"\x83\x82" * 4000,
    ],
    ids=lambda each: each[:8].hex(),
)
def test_what_is_no_text_is_none(payload: bytes) -> None:
    assert text_of(payload) is None


@given(st.binary(max_size=200))
def test_no_bytes_raise(payload: bytes) -> None:
    text = text_of(payload)
    assert text is None or isinstance(text.encode(), bytes)
