"""Films of a lane: the same for a seed, at any frame rate, and with the truth of who came by."""

import itertools
import json
import random
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwsim.sights import film
from hwsim.sights.air import Weather
from hwsim.sights.drive import STORIES, Drives, Passage, Story, Traffic, distance_of, scale_of
from hwsim.sights.road import Road

SMALL = (480, 270)


def _road(*stories: Story, seed: int = 3, weather: Weather | None = None) -> Road:
    return Road(seed, Traffic(stories=stories), weather or Weather(), SMALL)


def _moved(road: Road, at: float) -> float:
    """Share of the frame that differs from the empty lane."""
    differs = cv2.absdiff(road.frame(at), road.frame(0.0)).max(2) > 40
    return float(differs.mean())


@pytest.mark.parametrize("weather", [Weather(), Weather(night=True, rain=True, flicker=0.1)])
def test_a_frame_is_a_function_of_seed_and_time(weather: Weather) -> None:
    one, other = (_road("tailgating", "rider", weather=weather) for _ in range(2))
    times = [4.0, 1.5, 9.3, 4.0]  # in whatever order they are asked for
    first = {at: one.frame(at) for at in times}
    assert all((other.frame(at) == first[at]).all() for at in reversed(times))


def test_another_seed_is_another_film() -> None:
    assert (_road("approach").frame(3.0) != _road("approach", seed=4).frame(3.0)).mean() > 0.5


def test_no_two_frames_are_equal_even_when_nobody_comes() -> None:
    road = _road("approach")
    assert (road.frame(0.1) != road.frame(0.2)).any()


@pytest.mark.parametrize("story", STORIES)
def test_whoever_comes_is_seen(story: Story) -> None:
    road = _road(story)
    one = road.passages(2.0)[0]
    late = 0.15 if story == "departure" else 0.7
    at = one.at + (one.legs[0].seconds if len(one.legs) > 1 else one.seconds * late)
    assert _moved(road, at) > 0.004
    assert _moved(road, one.at - 0.5) < 0.001


def test_a_vehicle_that_comes_grows_and_one_that_leaves_shrinks() -> None:
    for story, sign in (("approach", 1), ("departure", -1)):
        one = _road(story).passages(2.0)[0]  # type: ignore[arg-type]
        steps = [one.at + one.seconds * share / 10 for share in range(1, 10)]
        scales = [scale for at in steps if (scale := one.scale(at)) is not None]
        assert len(scales) == 9
        assert all((b - a) * sign > 0 for a, b in itertools.pairwise(scales))


def test_a_plate_is_from_40_to_160_pixels_wide_for_most_of_an_approach() -> None:
    one = Road(1, Traffic(stories=("approach",))).passages(2.0)[0]
    widths = [440 * (one.scale(one.at + step / 10) or 0) for step in range(int(one.seconds * 10))]
    assert min(widths) < 45
    assert max(widths) > 160
    assert sum(40 <= width <= 160 for width in widths) > len(widths) / 2


def test_one_that_reverses_comes_and_goes_back() -> None:
    one = _road("reversing").passages(2.0)[0]
    first, _, last = one.legs
    assert first.begins == last.ends == 1.0
    assert (one.direction, one.may) == ("in", "out")


def test_one_that_tailgates_never_passes_through_the_first() -> None:
    for seed in range(20):
        first, second = _road("tailgating", seed=seed).passages(4.0)[:2]
        times = [second.at + step / 10 for step in range(80)]
        both = [(first.scale(at), second.scale(at)) for at in times]
        assert all(one > other for one, other in both if one is not None and other is not None)
        assert second.at + second.seconds - first.at - first.seconds >= 1.3 - 1e-9


def test_a_parked_one_stands_as_long_as_told() -> None:
    road = Road(1, Traffic(stories=("parked",), park_s=120.0), size=SMALL)
    stands = road.passages(2.0)[0].legs[1]
    assert stands.begins == stands.ends
    assert 90 <= stands.seconds <= 150


def test_nobody_begins_after_the_end() -> None:
    road = Road(1, Traffic(every_s=4.0, until_s=20.0), size=SMALL)
    assert len(road.passages(20.0)) == len(road.passages(500.0)) > 2
    assert _moved(road, 400.0) < 0.001


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from(STORIES), st.sampled_from(("in", "out")))
def test_the_truth_of_every_story(seed: int, story: Story, come: str) -> None:
    traffic = Traffic(stories=(story,), direction=come)  # type: ignore[arg-type]
    drives = Drives(traffic, random.Random(seed)).all()
    told = [next(drives) for _ in range(4)]
    numbers = [one.number for one in told]
    assert numbers == [1, 2, 3, 4]
    for one in told:
        assert (one.plate is None) == (story in ("no_plate", "walker", "rider", "shadow"))
        assert (one.direction is None) == (story in ("walker", "rider", "shadow"))
        assert one.rear == (story == "departure")
    if story == "departure":
        assert told[0].direction != come
    _apart(told, 1.2 if story == "tailgating" else 1.5)


def _apart(told: list[Passage], seconds: float) -> None:
    for before, behind in itertools.pairwise(told):
        assert behind.at - before.at >= seconds


@given(st.floats(0, 1))
def test_scale_and_distance_are_each_others_inverse(distance: float) -> None:
    assert distance_of(scale_of(distance)) == pytest.approx(distance, abs=1e-9)


def _film(monkeypatch: pytest.MonkeyPatch, *asked: str) -> None:
    argv = ["film", "--seconds", "3", "--fps", "4", "--width", "320", *asked]
    monkeypatch.setattr(sys, "argv", argv)
    assert film.main() == 0


def test_a_film_as_a_folder_with_its_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _film(monkeypatch, "--stories", "approach", "--out", str(tmp_path / "film"))
    lines = [json.loads(line) for line in (tmp_path / "film/truth.jsonl").read_text().splitlines()]
    frames = [line for line in lines if "file" in line]
    assert [line["t"] for line in frames[:3]] == [0.0, 0.25, 0.5]
    assert all((tmp_path / "film" / line["file"]).exists() for line in frames)
    assert len(frames) == 12
    (passage,) = (line for line in lines if "passage" in line)
    assert passage["direction"] == "in"
    assert passage["without"] is None
    assert passage["plate"]


def test_a_film_as_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _film(monkeypatch, "--out", str(tmp_path / "film.avi"))
    video = cv2.VideoCapture(str(tmp_path / "film.avi"))
    there, frame = video.read()
    video.release()
    assert there
    assert np.asarray(frame).shape == (180, 320, 3)
    assert (tmp_path / "film.jsonl").exists()
