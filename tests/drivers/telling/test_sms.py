"""Texts to PDUs and back, with any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drivers.codecs import at, sms_submit
from agent.drivers.codecs.base import Direction, Got
from agent.drivers.codecs.sms_fields import (
    MOST_OCTETS,
    MOST_SEPTETS,
    Alphabet,
    part_of,
    text_of,
)
from agent.drivers.codecs.sms_pdu import take, take_whole
from hwsim.devices.telling import modem_pdu

GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡§¿ÄÖÑÜäöñüà0aAzZ9^{}\\[~]|€\f"
texts = st.text(min_size=1, max_size=300) | st.text(GSM, min_size=1, max_size=400)
numbers = st.from_regex(r"\+?[0-9]{3,20}", fullmatch=True)


@given(numbers, texts.filter(lambda t: t.isprintable() or set(t) <= set(GSM)), st.booleans())
def test_what_is_written_is_read(number: str, text: str, wide: bool) -> None:
    sent = sms_submit.submits(number, text, 0xBEEF, wide=wide)
    assert len(sent) == sms_submit.parts_of(text, wide=wide)
    read = [take_whole(one.octets) for one in sent]
    bodies, parts = b"", []
    for pdu, one in zip(read, sent, strict=True):
        assert pdu is not None
        assert pdu.data is not None
        assert (pdu.number, pdu.tpdu_len) == (number, one.length)
        most = MOST_SEPTETS if pdu.data.alphabet is Alphabet.GSM7 else MOST_OCTETS
        assert pdu.data.length <= most
        assert "\ufffd" not in (pdu.data.text() or "") or "\ufffd" in text
        bodies += pdu.data.body
        parts.append(part_of(pdu.data.header))
        last = pdu.data.alphabet
    assert text_of(bodies, last) == text
    if len(sent) > 1:
        reference = 0xBEEF if wide else 0xEF
        told = [(one.reference, one.total, one.number) for one in parts if one]
        assert told == [(reference, len(sent), at + 1) for at in range(len(sent))]


@given(numbers.filter(lambda n: len(n) <= 20), st.text("水位超限ab{}€", min_size=1, max_size=200))
def test_the_simulator_reads_the_same(number: str, text: str) -> None:
    read = [
        modem_pdu.submitted(one.octets.hex().encode(), one.length)
        for one in sms_submit.submits(number, text, 7)
    ]
    assert "".join(one.text() for one in read) == text
    assert {one.number for one in read} == {number}


@given(st.binary(max_size=200))
def test_any_octets_are_looked_at(data: bytes) -> None:
    if data:
        taken = take(data, None)
        assert not isinstance(taken, Got) or 1 <= taken.used <= len(data)
    take_whole(data)


def test_a_report_may_have_a_text_behind_it() -> None:
    head = "0006D60B911326880736F4111011719551401110117195714000"
    alone = take_whole(bytes.fromhex(head))
    more = take_whole(bytes.fromhex(head + "07000003C8329B"))
    assert alone is not None
    assert more is not None
    assert (alone.tpdu_len, alone.data) == (25, None)
    assert more.data is not None
    assert (more.tpdu_len, more.data.text()) == (32, "Hel")


def test_a_pair_that_others_cut_in_two_is_whole_again() -> None:
    parts = modem_pdu.delivers("10086", "一" * 66 + "😀" + "一" * 5, 3)
    assert len(parts) == 2
    first, second = (take_whole(part) for part in parts)
    assert first is not None
    assert first.data is not None
    assert second is not None
    assert second.data is not None
    assert (first.data.text() or "").endswith("\ufffd")
    assert text_of(first.data.body + second.data.body, Alphabet.UCS2) == "一" * 66 + "😀" + "一" * 5


@given(st.binary(max_size=300))
def test_answers_are_looked_for_in_anything(heard: bytes) -> None:
    for answer in (at.answer_to("AT"), at.answer_to("ATD1;", call=True), at.prompt):
        found = answer(heard)
        if found is not None:
            assert 0 <= found.start <= found.end <= len(heard)


@pytest.mark.parametrize("portion", [1, 2, 7])
def test_an_answer_is_found_once_it_is_whole(portion: int) -> None:
    heard = b'AT+CSQ\r\r\n+CSQ: 22,0\r\n\r\n+CMTI: "SM",1\r\n\r\nOK\r\n'
    answer = at.answer_to("AT+CSQ")
    for size in range(portion, len(heard), portion):
        assert answer(heard[:size]) is None
    found = answer(heard + b"\r\nRING\r\n")
    assert found is not None
    assert found.end == len(heard)
    assert found.value.lines == ("+CSQ: 22,0", '+CMTI: "SM",1')
    assert found.value.value("+CSQ") == "22,0"


@pytest.mark.parametrize("words", ["NO CARRIER", "BUSY", "NO ANSWER"])
def test_the_end_of_a_call_answers_only_who_dials(words: str) -> None:
    heard = f"\r\n{words}\r\n".encode()
    assert at.answer_to("AT+CSQ")(heard) is None
    assert at.prompt(heard) is None
    found = at.answer_to("ATD10086;", call=True)(heard)
    assert found is not None
    assert found.value.result == words


def test_a_prompt_is_found_behind_notices() -> None:
    found = at.prompt(b"AT+CMGS=23\r\r\nRING\r\n\r\n> ")
    assert found is not None
    assert (found.value.ok, found.end) == (True, 23)
    refused = at.prompt(b"\r\n+CMS ERROR: 310\r\n")
    assert refused is not None
    assert refused.value.result == "+CMS ERROR: 310"


def test_directions_do_not_matter() -> None:
    for direction in (None, *Direction):
        assert isinstance(at.take(b"\r\nOK\r\n", direction), Got)
