"""Tags near and far: with hysteresis, and anew after a silence."""

from collections.abc import Sequence

from agent.drivers.codecs.ibeacon import COMPANY
from agent.line.radio import Advert
from agent.model.messages import Event, Reading
from tests.drivers.aerial import build_radio
from tests.drivers.radio.sealed import ADDRESS, at

AIRLOCATE = bytes.fromhex("0215e2c56db5dffb48d2b060d0f5a71096e000010002c5")


def walk(levels: Sequence[tuple[float, int | None]], **options: float) -> list[object]:
    """Kinds and signals, for a tag that is heard at these seconds with these levels."""
    driver = build_radio("ibeacon", None, **options)
    said = [
        message
        for second, rssi in levels
        for message in driver.sighted(
            Advert(address=ADDRESS, rssi=rssi, manufacturer={COMPANY: AIRLOCATE}), at(second)
        )
    ]
    return [m.kind if isinstance(m, Event) else m.value for m in said if _known(m)]


def _known(message: object) -> bool:
    return isinstance(message, Event | Reading)


def test_it_is_seen_once_and_gone_once() -> None:
    away = [(second, -60) for second in range(5)] + [(second, -95) for second in range(5, 15)]
    assert walk(away) == ["tag_seen", -60.0, "tag_gone"]


def test_between_the_two_levels_nothing_changes() -> None:
    hover = [(second, -70 if second % 2 else -84) for second in range(1, 50)]
    assert walk(hover) == ["tag_seen", -70.0]


def test_one_weak_moment_is_no_leaving() -> None:
    assert walk([(0, -60), (1, -100), (2, -60), (3, -60)]) == ["tag_seen", -60.0]


def test_far_away_it_is_not_seen_but_its_signal_is_told() -> None:
    assert walk([(0, -90), (1, -90)]) == [-90.0]


def test_after_a_silence_it_is_seen_anew() -> None:
    assert walk([(0, -60), (100, -60)], gone_s=60.0) == ["tag_seen", -60.0, "tag_seen", -60.0]
    assert build_radio("ibeacon", gone_s=60.0).silence == 60.0


def test_an_unknown_level_decides_nothing() -> None:
    assert walk([(0, None), (1, -60), (2, None)]) == ["tag_seen", -60.0]


def test_levels_that_are_crossed_do_not_flutter() -> None:
    levels: list[tuple[float, int | None]] = [(second, -80) for second in range(20)]
    assert walk(levels, near_dbm=-85, far_dbm=-75) == [-80.0]
