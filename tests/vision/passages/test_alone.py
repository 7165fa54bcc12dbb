"""What moves belongs to the plate that is there, and only to that one."""

from agent.vision.passages.alone import AFTER_NS, CALM_NS, SECOND, Alone, Episode
from agent.vision.passages.trigger import Motion

MOVES = Motion(active=True, box=(0.1, 0.1, 0.9, 0.9), share=0.4)
TENTH = SECOND // 10


def moving(alone: Alone, at_ns: int) -> int:
    """For two seconds; when it was over."""
    for step in range(20):
        alone.see(at_ns + step * TENTH, step, MOVES)
    return at_ns + 19 * TENTH


def over(alone: Alone, at_ns: int) -> Episode:
    episode = alone.ended(at_ns + CALM_NS)
    assert episode is not None
    return episode


def test_what_moves_without_a_plate_is_a_vehicle() -> None:
    alone = Alone()
    assert over(alone, moving(alone, SECOND)).is_vehicle


def test_what_a_plate_is_on_is_none_without_one() -> None:
    alone = Alone()
    end = moving(alone, SECOND)
    alone.claim(end)
    assert not over(alone, end).is_vehicle


def test_the_rest_of_a_vehicle_is_still_that_vehicle() -> None:
    alone = Alone()
    alone.claim(SECOND)
    assert not over(alone, moving(alone, SECOND + AFTER_NS // 2)).is_vehicle


def test_the_next_one_is_another_although_the_first_is_told_later() -> None:
    alone = Alone()
    alone.claim(SECOND)
    end = moving(alone, SECOND + AFTER_NS)
    alone.claim(SECOND)
    assert over(alone, end).is_vehicle
