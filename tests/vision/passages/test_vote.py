"""What stands on a plate after many frames, and when nobody can tell."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.plates import judge
from agent.vision.found import FoundPlate, Guess
from agent.vision.passages.vote import CERTAIN, TRUSTED, Ballot, Verdict
from tests.vision.passages.world import SIGNS, Car, Lane, corners, plate_text, rival

AT = corners(100, 100, 100)


def plate(text: str | None, sure: float = 0.95, colour: str = "blue", **more: object) -> FoundPlate:
    return FoundPlate(text, colour, "single-row", sure, AT, **more)  # type: ignore[arg-type]


def counted(*plates: FoundPlate, width: float = 100) -> Verdict:
    ballot = Ballot()
    for each in plates:
        ballot.add(each, width)
    return ballot.count()


def test_nothing_is_nothing() -> None:
    assert Ballot().count() == Verdict()
    blank = counted(plate(None, 0.0))
    assert (blank.text, blank.unsure, blank.colour) == (None, True, "blue")


def test_frames_that_agree_are_believed() -> None:
    verdict = counted(*[plate("湘A12B45")] * 6)
    assert (verdict.text, verdict.unsure) == ("湘A12B45", False)
    assert verdict.confidence >= TRUSTED
    assert len(verdict.chances) == 7


def test_each_place_is_voted_by_itself() -> None:
    frames = ["湘A12B48", "湘A12845", "湘A72B45", "湘D12B45", "湘A12B45"]
    verdict = counted(*[plate(text, 0.7) for text in frames])
    assert verdict.text == "湘A12B45"
    assert verdict.unsure


def test_a_tie_is_unsure_and_names_the_other() -> None:
    verdict = counted(plate("湘A12B45"), plate("湘A12845"), plate("湘A12B45"), plate("湘A12845"))
    assert verdict.unsure
    assert {verdict.text, verdict.runner_up} == {"湘A12B45", "湘A12845"}


def test_a_thousand_frames_that_err_alike_prove_nothing() -> None:
    verdict = counted(
        *[plate("湘A12B45", 0.7), plate("湘A12B45", 0.7), plate("湘A12845", 0.7)] * 300
    )
    assert verdict.unsure


def test_large_frames_outweigh_small_ones() -> None:
    ballot = Ballot()
    for _ in range(6):
        ballot.add(plate("湘A12845"), 40)
    for _ in range(3):
        ballot.add(plate("湘A12B45"), 150)
    assert ballot.count().text == "湘A12B45"


def test_the_length_is_voted_first() -> None:
    whole, cut = plate("粤AD12345", 0.9, "green"), plate("粤AD1234", 0.6, "green")
    verdict = counted(whole, cut, whole, cut, whole)
    assert verdict.text == "粤AD12345"


def test_what_a_reader_leaves_to_another_length_is_doubt() -> None:
    """Each sign may be sure if there are seven, and yet it is as likely that there are eight."""
    guesses = tuple(Guess(((sign, 0.999),)) for sign in "湘A12B45")
    frames = [plate("湘A12B45", 0.5, unsure=True, guesses=guesses)] * 8
    assert counted(*frames).unsure
    assert counted(*frames).confidence < 0.6


def test_a_text_that_cannot_stand_there_gives_way() -> None:
    """On a green plate the third sign is a letter from A to K."""
    guess = [Guess(((sign, 0.99),)) for sign in "粤A"]
    guess += [Guess((("0", 0.6), ("D", 0.39)))] + [Guess(((sign, 0.99),)) for sign in "12345"]
    frame = plate("粤A012345", 0.6, "green", guesses=tuple(guess))
    verdict = counted(frame, frame, frame)
    assert verdict.text == "粤AD12345"
    assert verdict.unsure


def test_what_can_stand_nowhere_is_unsure() -> None:
    assert counted(*[plate("1112345")] * 8).unsure


def test_one_frame_must_be_very_sure() -> None:
    assert counted(plate("湘A12B45", 0.9)).unsure
    assert not counted(plate("湘A12B45", 0.999)).unsure


def test_one_frame_is_never_wholly_certain() -> None:
    verdict = counted(plate("湘A12B45", 1.0))
    assert max(verdict.chances) <= CERTAIN


signs = st.text(st.sampled_from(SIGNS + "湘粤IO警?"), min_size=0, max_size=12)
found = st.builds(
    FoundPlate,
    st.none() | signs,
    st.sampled_from(["blue", "yellow", "green", "white", "black"]),
    st.sampled_from(["single-row", "double-row", "new-energy", "paper"]),
    st.floats(0, 1),
    st.just(AT),
    st.booleans(),
)


@given(st.lists(found, max_size=12), st.floats(1, 4000), st.floats(0, 10))
def test_any_frames_can_be_counted(plates: list[FoundPlate], width: float, sharp: float) -> None:
    ballot = Ballot()
    for each in plates:
        ballot.add(each, width, sharp)
    verdict = ballot.count()
    assert 0 <= verdict.confidence <= 1
    assert all(0 <= chance <= 1 for chance in verdict.chances)
    if not verdict.unsure:
        assert verdict.text is not None
        assert judge(verdict.text, verdict.colour or "") is None
        assert verdict.text != verdict.runner_up


@pytest.mark.parametrize("bias", [0.0, 1.5, 3.0, 4.5])
def test_readers_that_err_alike_are_hardly_ever_wrong_and_sure(bias: float) -> None:
    """``bias``: in logits, at one place of every plate; 4.5 is wrong in most of all frames."""
    rng = random.Random(f"bias {bias}")
    wrong = sure = 0
    for _ in range(150):
        text = plate_text(rng)
        place = rng.randrange(7)
        car = Car(text, [], bias={place: (rival(rng, place, text[place]), bias)})
        lane, ballot = Lane(rng, [car]), Ballot()
        for width in range(40, 165, 9):
            ballot.add(lane.read(car, width), width)
        verdict = ballot.count()
        sure += not verdict.unsure
        wrong += not verdict.unsure and verdict.text != text
    assert wrong == 0
    assert sure >= (140 if bias < 1 else 0)
