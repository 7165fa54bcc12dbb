"""What keeps a lane awake and what must not, on drawn thumbnails."""

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from agent.vision.passages.trigger import LOOP_S, Motion, Trigger

HEIGHT, WIDTH = 90, 160
STEP_NS = 200_000_000
Grey = npt.NDArray[np.floating]


class Scene:
    """A textured yard and its noise; what is put before it is up to each test."""

    def __init__(self, seed: int = 1, inside: npt.NDArray[np.uint8] | None = None) -> None:
        self.rng = np.random.default_rng(seed)
        self.trigger, self.now = Trigger(inside), 0
        coarse = self.rng.uniform(60, 160, (HEIGHT // 5, WIDTH // 5))
        self.yard: Grey = np.kron(coarse, np.ones((5, 5)))

    def look(self, grey: Grey) -> Motion:
        self.now += STEP_NS
        noisy = grey + self.rng.normal(0, 3, grey.shape)
        return self.trigger.see(np.clip(noisy, 0, 255).astype(np.uint8), self.now)

    def calm(self, looks: int = 50) -> None:
        for _ in range(looks):
            self.look(self.yard)


def with_car(yard: Grey, left: int, size: int = 40) -> Grey:
    scene = yard.copy()
    top = HEIGHT - size - 5
    body = scene[top : top + size, max(0, left) : max(0, left + size)]
    stripes = np.arange(body.shape[0]) // 4 % 2
    body[:] = np.where(stripes[:, None], 30, 200)
    return scene


def laid(yard: Grey, car: Grey, left: int) -> Grey:
    scene = yard.copy()
    scene[45:85, left : left + 40] = car
    return scene


def test_a_still_yard_is_calm_from_the_start() -> None:
    scene = Scene()
    assert not any(scene.look(scene.yard).active for _ in range(100))


def test_a_car_is_seen_where_it_is() -> None:
    scene = Scene()
    scene.calm()
    motions = [scene.look(with_car(scene.yard, left)) for left in range(20, 60, 4)]
    assert all(motion.active for motion in motions[1:])
    left, top, right, bottom = motions[-1].box or (0, 0, 0, 0)
    assert left <= 60 / WIDTH <= right
    assert top <= 60 / HEIGHT <= bottom
    assert 0.05 < motions[-1].share < 0.3


def test_nothing_is_left_of_a_car_that_went() -> None:
    scene = Scene()
    scene.calm()
    for left in range(0, 120, 4):
        scene.look(with_car(scene.yard, left))
    scene.look(scene.yard)
    assert not any(scene.look(scene.yard).active for _ in range(30))


def test_a_parked_car_becomes_part_of_the_scene_and_leaves_no_ghost() -> None:
    scene = Scene()
    scene.calm()
    parked = with_car(scene.yard, 60)
    assert [scene.look(parked).active for _ in range(10)][-1]
    for _ in range(150):  # 30 s
        last = scene.look(parked)
    assert not last.active
    for _ in range(150):
        last = scene.look(scene.yard)
    assert not last.active


def test_a_car_that_was_there_when_the_camera_came_is_forgotten_on_a_busy_lane() -> None:
    scene = Scene()
    first, car = (np.kron(scene.rng.uniform(20, 220, (10, 10)), np.ones((4, 4))) for _ in range(2))
    for _ in range(10):
        scene.look(laid(scene.yard, first, 60))
    for _ in range(5):  # 3 s of road, 5 s of a car that passes
        scene.calm(15)
        for left in range(0, 120, 5):
            scene.look(laid(scene.yard, car, left))
    scene.look(scene.yard)
    assert not any(scene.look(scene.yard).active for _ in range(5))


def test_a_car_that_passed_when_the_camera_came_hides_no_other() -> None:
    shares = []
    for first in (None, range(0, 80, 10)):
        scene = Scene()
        for left in first or ():
            scene.look(with_car(scene.yard, left))
        scene.calm()
        shares.append(
            max(scene.look(with_car(scene.yard, left)).share for left in range(20, 60, 4))
        )
    assert shares[1] > 0.9 * shares[0]


def test_who_stands_in_a_queue_does_not_become_part_of_the_scene() -> None:
    scene = Scene()
    scene.calm(200)  # 40 s: it knows the lane
    for _ in range(6):  # another car every 4 s, at the same place
        car = np.kron(scene.rng.uniform(20, 220, (10, 10)), np.ones((4, 4)))
        for _ in range(20):
            last = scene.look(laid(scene.yard, car, 60))
        assert last.active
    scene.calm(5)  # a second
    assert not any(scene.look(scene.yard).active for _ in range(5))


def test_a_parked_car_leaves_and_the_lane_is_calm_at_once() -> None:
    scene = Scene()
    scene.calm(200)
    for _ in range(150):
        scene.look(with_car(scene.yard, 60))
    for left in range(60, 130, 7):
        scene.look(with_car(scene.yard, left))
    scene.calm(3)
    assert not any(scene.look(scene.yard).active for _ in range(5))


def test_flicker_is_no_motion() -> None:
    scene = Scene()
    scene.calm()
    for look in range(200):
        assert not scene.look(scene.yard * (1 + 0.35 * np.sin(look * 2.3))).active


def test_a_cone_of_light_that_sweeps_is_no_motion() -> None:
    scene = Scene()
    scene.calm()
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH]
    for look in range(60):
        far = ((xs - 3 * look) ** 2 + (ys - 50) ** 2) / 35.0**2
        assert not scene.look(scene.yard * (1 + 0.6 * np.exp(-far))).active


def test_rain_hardly_wakes_it_after_a_while() -> None:
    scene = Scene()
    scene.calm()
    hot = []
    for _ in range(400):
        wet = scene.yard.copy()
        for y, x in zip(
            *(scene.rng.integers(0, end, 40) for end in (HEIGHT - 6, WIDTH)), strict=True
        ):
            wet[y : y + 6, x] += 60
        hot.append(scene.look(wet).active)
    assert sum(hot[-100:]) <= 2


def test_only_the_region_counts() -> None:
    inside = np.zeros((HEIGHT, WIDTH), np.uint8)
    inside[:, : WIDTH // 2] = 255
    scene = Scene(inside=inside)
    scene.calm()
    assert not any(scene.look(with_car(scene.yard, left)).active for left in range(90, 115, 3))
    seen = [scene.look(with_car(scene.yard, left)).active for left in range(20, 40, 4)]
    assert all(seen[1:])


def test_an_input_is_believed_but_not_for_ever() -> None:
    scene = Scene()
    scene.calm()
    scene.trigger.loop(active=True, mono_ns=scene.now)
    motion = scene.look(scene.yard)
    assert (motion.active, motion.loop, motion.box) == (True, True, None)
    scene.now += int(LOOP_S * 1e9)
    assert not scene.look(scene.yard).active
    scene.trigger.loop(active=True, mono_ns=scene.now)
    scene.trigger.loop(active=False, mono_ns=scene.now)
    assert not scene.look(scene.yard).active


shapes = st.tuples(st.integers(2, 100), st.integers(2, 170))


@settings(max_examples=25, deadline=None)
@given(
    shapes.flatmap(lambda shape: st.lists(arrays.arrays(np.uint8, shape), min_size=1, max_size=4))
)
def test_any_thumbnails_are_looked_at(thumbs: list[npt.NDArray[np.uint8]]) -> None:
    trigger = Trigger()
    for number in range(12):
        motion = trigger.see(thumbs[number % len(thumbs)], number * STEP_NS)
        assert 0 <= motion.share <= 1
        assert motion.active or motion.box is None
