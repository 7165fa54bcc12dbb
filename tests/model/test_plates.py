"""What can stand on a plate, which plates are alike, and whom a list lets pass."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import plates
from agent.model.plates import Fault, Match, alike, judge, masked, match

signs = st.sampled_from(plates.PROVINCES + plates.LETTERS + plates.DIGITS + "O学警港澳挂使领临")
texts = st.text(signs, min_size=0, max_size=9)
plain = st.from_regex(
    re.compile(f"[{plates.PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5}}"), fullmatch=True
)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("湘A12B45", "blue"),
        ("闽O12345", "blue"),
        ("京B1234学", "yellow"),
        ("苏E123A挂", "yellow"),
        ("粤AD12345", "green"),
        ("粤AFA2345", "green"),
        ("粤A12345D", "green"),
        ("浙A1234警", "white"),
        ("WJ京12345", "white"),
        ("VA12345", "white"),
        ("粤Z1234港", "black"),
        ("粤Z1A34澳", "black"),
        ("沪A1234领", "black"),
        ("使123456", "black"),
        ("123456使", "black"),
        ("湘A1234临", "paper"),
    ],
)
def test_plates_that_exist(text: str, colour: str) -> None:
    assert judge(text, colour) is None


@pytest.mark.parametrize(
    ("text", "colour", "fault"),
    [
        ("湘A12345", "green", Fault.LENGTH),
        ("粤AD12345", "blue", Fault.LENGTH),
        ("湘AI234", "blue", Fault.LENGTH),
        ("湘A1O345", "blue", Fault.FORM),
        ("湘A12I45", "blue", Fault.FORM),
        ("A湘12345", "blue", Fault.FORM),
        ("粤A12D345", "green", Fault.FORM),
        ("湘A1234警", "blue", Fault.FORM),
        ("湘A12345", "pink", Fault.COLOUR),
        ("", "blue", Fault.LENGTH),
    ],
)
def test_plates_that_do_not(text: str, colour: str, fault: Fault) -> None:
    assert judge(text, colour) is fault


@given(texts, st.sampled_from(["blue", "yellow", "green", "white", "black", "paper", "", "red"]))
def test_anything_can_be_judged(text: str, colour: str) -> None:
    fault = judge(text, colour)
    assert fault is None or fault in Fault
    assert (fault is Fault.COLOUR) == (colour in {"", "red"})


@given(texts)
def test_a_masked_plate_tells_no_number(text: str) -> None:
    told = masked(text)
    assert sum(sign != "*" for sign in told) <= 4
    assert text not in told or text in {"", "*"}


@given(texts, texts)
def test_alike_is_mutual(one: str, other: str) -> None:
    assert alike(one, one)
    assert alike(one, other) == alike(other, one)


@given(plain, st.data())
def test_one_confusion_is_alike_and_two_are_not(text: str, data: st.DataObject) -> None:
    doubtful = [place for place, sign in enumerate(text) if plates._others(sign)]
    changed = list(text)
    for count, place in enumerate(doubtful, 1):
        changed[place] = data.draw(st.sampled_from(plates._others(text[place])))
        assert alike(text, "".join(changed)) == (count == 1)


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("湘A12345", "湘A12345", True),
        ("湘A82345", "湘AB2345", True),
        ("湘A0Q345", "湘ADQ345", True),
        ("皖A12345", "陕A12345", True),
        ("湘A12345", "湘A12346", False),
        ("粤AD12345", "粤A12345", False),
    ],
)
def test_which_are_alike(one: str, other: str, *, are: bool) -> None:
    assert alike(one, other) is are


SURE = (0.99,) * 7
DOUBT = (0.99, 0.99, 0.6, 0.99, 0.99, 0.99, 0.99)


def test_an_exact_match_passes_whatever_the_reader_doubts() -> None:
    assert match("湘A82345", DOUBT, {"湘A82345", "湘AB2345"}) == Match("湘A82345", fuzzy=False)
    assert match("湘A82345", (), {"湘A82345"}) == Match("湘A82345", fuzzy=False)


def test_one_confusion_passes_where_the_reader_doubted_that_very_sign() -> None:
    assert match("湘A82345", DOUBT, {"湘AB2345"}) == Match("湘AB2345", fuzzy=True)
    assert match("湘A82345", SURE, {"湘AB2345"}) is None
    elsewhere = (0.99, 0.99, 0.99, 0.99, 0.6, 0.99, 0.99)
    assert match("湘A82345", elsewhere, {"湘AB2345"}) is None
    assert match("湘A82345", (), {"湘AB2345"}) is None


def test_two_that_it_could_be_are_none() -> None:
    assert match("湘A82345", DOUBT, {"湘AB2345", "湘A8Z345"}) is None


def test_two_confusions_and_other_signs_are_none() -> None:
    doubt = (0.5,) * 7
    assert match("湘A82345", doubt, {"湘ABZ345"}) is None
    assert match("湘A82345", doubt, {"湘A92345"}) is None
    assert match("湘A82345", doubt, ()) is None


@given(plain, st.sets(plain, max_size=20), st.lists(st.floats(0, 1), min_size=7, max_size=7))
def test_who_passes_is_on_the_list_and_alike(
    text: str, allowed: set[str], chances: list[float]
) -> None:
    found = match(text, chances, allowed)
    if found is not None:
        assert found.plate in allowed
        assert alike(text, found.plate)
        assert found.fuzzy == (found.plate != text)
    assert (found is not None) or text not in allowed
