"""Rhythm, ears and the asking for a reset, without a loop."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.supervisor.radio_ears import QUIET_S, Ears, Hearing
from agent.supervisor.radio_recovery import FIRST_S, HEALTHY_S, Recovery
from agent.supervisor.radio_rhythm import FALLBACK_S, FLOOR_S, Rhythm


def heard(rhythm: Rhythm, *, since: float, until: float, every: float) -> float:
    at = since
    while at <= until:
        rhythm.heard(at)
        at += every
    return at - every


def test_until_it_is_known_the_fallback_holds() -> None:
    rhythm = Rhythm()
    assert rhythm.patience == FALLBACK_S
    heard(rhythm, since=0, until=590, every=1)
    assert rhythm.patience == FALLBACK_S
    heard(rhythm, since=591, until=601, every=1)
    assert rhythm.patience == FLOOR_S


def test_a_slow_beacon_gets_the_time_it_needs() -> None:
    rhythm = Rhythm()
    heard(rhythm, since=0, until=20 * 60, every=60)
    assert rhythm.patience == pytest.approx(3 * 60 + 5)


def test_what_is_slower_than_the_fallback_is_waited_for_from_its_second_word() -> None:
    rhythm = Rhythm()
    heard(rhythm, since=0, until=1200, every=1200)
    assert rhythm.patience > 2 * 1200


def test_bursts_are_not_taken_for_a_rhythm() -> None:
    """A button: twenty adverts within two seconds, then nothing for an hour."""
    rhythm, at = Rhythm(), 0.0
    for _ in range(24):
        heard(rhythm, since=at, until=at + 2, every=0.1)
        at += 3600
        assert rhythm.patience >= FALLBACK_S
    assert rhythm.patience > 2 * 3600


def test_a_pause_of_ours_is_no_gap_of_its() -> None:
    rhythm = Rhythm()
    last = heard(rhythm, since=0, until=700, every=1)
    rhythm.pause()
    rhythm.heard(last + 500)
    assert rhythm.patience == FLOOR_S


def test_what_was_slow_once_is_forgotten_in_the_end() -> None:
    rhythm = Rhythm()
    last = heard(rhythm, since=0, until=700, every=1)
    heard(rhythm, since=last + 120, until=last + 20_000, every=1)
    assert rhythm.patience == FLOOR_S


@given(st.lists(st.floats(min_value=0.01, max_value=5000), min_size=1, max_size=200))
def test_no_silence_as_long_as_one_just_heard_makes_it_away(gaps: list[float]) -> None:
    rhythm, at = Rhythm(), 0.0
    rhythm.heard(at)
    for gap in gaps:
        at += gap
        rhythm.heard(at)
        assert rhythm.patience > gap


def test_ears_ask_for_a_new_scan_then_give_up() -> None:
    ears, looks = Ears(0.0), list[Hearing]()
    for at in range(0, int(3 * QUIET_S), 2):
        looks.append(ears.look(at, 0))
    others = [(2 * at, look) for at, look in enumerate(looks) if look is not Hearing.WELL]
    assert others == [(QUIET_S, Hearing.RESCAN), (2 * QUIET_S, Hearing.DEAF)]


def test_one_advert_is_enough() -> None:
    ears = Ears(0.0)
    assert all(ears.look(at, int(at // 80)) is Hearing.WELL for at in range(0, 3600, 2))


def test_after_it_was_heard_again_a_new_scan_comes_first_again() -> None:
    ears = Ears(0.0)
    assert ears.look(90, 0) is Hearing.RESCAN
    assert ears.look(92, 1) is Hearing.WELL
    assert ears.look(190, 1) is Hearing.RESCAN


def test_recovery_is_asked_with_pauses_that_double(tmp_path: Path) -> None:
    file = tmp_path / "recover"
    recovery = Recovery(file)
    asked = [at for at in range(0, 1000, 10) if recovery.ask(float(at), "hci0")]
    assert asked == [0, 60, 180, 420, 900]
    assert file.read_text() == "hci0\n"


def test_after_a_good_stretch_it_is_a_first_time_again(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path / "recover")
    assert recovery.ask(0.0, "hci0")
    assert recovery.ask(HEALTHY_S + 200, "hci0")
    assert recovery.ask(HEALTHY_S + 200 + FIRST_S, "hci0")


def test_nobody_to_ask_is_no_harm(tmp_path: Path) -> None:
    assert not Recovery(tmp_path / "nowhere" / "recover").ask(0.0, "hci0")
