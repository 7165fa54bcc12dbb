"""The training end to end in small, where torch is; what needs none is tested everywhere."""

import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from training import draw, lens, photos, samples, street, texts
from training.arrays import Picture
from training.glyphs import Glyphs

MOST_DIFFERENT = 2.0  # grey levels: JPEG and interpolation


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Glyphs:
    """Every character has a shape of its own, and none is anybody's."""
    folder = tmp_path_factory.mktemp("glyphs")
    for number, character in enumerate(texts.CHARACTERS):
        glyph = np.full((90, 45), 255, np.uint8)
        cv2.putText(glyph, str(number), (2, 60), cv2.FONT_HERSHEY_PLAIN, 1.6, 0, 3)
        _, coded = cv2.imencode(".jpg", glyph)
        (folder / f"140_{character}.jpg").write_bytes(coded.tobytes())
    return Glyphs.of(folder)


def photo(folder: Path) -> photos.Labelled:
    picture = np.full((120, 300, 3), 90, np.uint8)
    cv2.rectangle(picture, (100, 40), (210, 75), (180, 70, 20), -1)
    cv2.putText(picture, "A12345", (105, 68), cv2.FONT_HERSHEY_PLAIN, 1.5, (250, 250, 250), 2)
    _, coded = cv2.imencode(".png", picture)
    (folder / "one.png").write_bytes(coded.tobytes())
    row = "one.png,京A12345,blue,single-row,100 40 210 40 210 75 100 75"
    head = "file,plate,colour,kind,corners"
    (folder / "labels.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    (one,) = photos.labelled(folder)
    return one


@pytest.fixture(scope="module")
def source(shapes: Glyphs, tmp_path_factory: pytest.TempPathFactory) -> samples.Source:
    one = photo(tmp_path_factory.mktemp("photos"))
    seen = photos.palette(photos.straight(one, (160, 48), 0.0))
    assert seen is not None
    return samples.Source(shapes, {"blue": [seen]}, [one], [one.picture])


def test_every_text_fits_its_plate() -> None:
    dice = random.Random(1)
    for _ in range(5000):
        text = texts.any_text(dice)
        assert len(draw.cells(text)) == len(text.text)
        assert set(text.text) <= set(texts.CHARACTERS)
        assert all(at < len(text.text) for at in text.red)


def test_a_photo_with_its_plate_is_read_as_labelled(tmp_path: Path) -> None:
    one = photo(tmp_path)
    assert one.corners is not None
    cut = photos.straight(one, (110, 35), 0.0)
    away = np.abs(cut.astype(int) - one.picture[40:75, 100:210])
    assert away.mean() < MOST_DIFFERENT
    seen = photos.palette(cut)
    assert seen is not None
    assert seen.ground[0] > seen.ground[2]  # blue


def test_what_is_held_out_is_so_by_name_alone() -> None:
    names = [f"photos/{number}.jpg" for number in range(1000)]
    share = np.mean([photos.held_out(name) for name in names])
    assert 0.25 < share < 0.35
    assert [photos.held_out(f"elsewhere/{name}") for name in names] == [
        photos.held_out(name) for name in names
    ]


def test_samples_are_the_same_for_the_same_seed(source: samples.Source) -> None:
    def drawn(seed: int) -> list[Picture]:
        dice = random.Random(seed)
        return [source.synthetic(dice).picture for _ in range(5)]

    assert all((a == b).all() for a, b in zip(drawn(3), drawn(3), strict=True))
    assert not (drawn(3)[0] == drawn(4)[0]).all()


def test_places_of_characters_rise_and_lie_in_the_cut(source: samples.Source) -> None:
    dice = random.Random(2)
    for _ in range(200):
        sample = source.synthetic(dice)
        assert sample.picture.shape == (samples.HEIGHT, samples.WIDTH, 3)
        assert len(sample.at) == len(sample.text)
        assert list(sample.at) == sorted(sample.at)
        assert -0.1 < sample.at[0] < sample.at[-1] < 1.1


def test_corners_of_a_cut_are_where_the_plate_was_put() -> None:
    straight = lens.Pose(0, 0, 0, 0.1, 0.2, 0.05, 0.15)
    corners = lens.corners_in(straight, (220, 70), (160, 40))
    assert np.allclose(corners, [[16, 2], [128, 2], [128, 34], [16, 34]], atol=1e-3)


def test_nothing_has_no_text(source: samples.Source) -> None:
    dice = random.Random(5)
    for _ in range(50):
        sample = source.nothing(dice)
        assert (sample.text, sample.colour) == ("", samples.NO_PLATE)


def test_views_tell_of_plates_that_are_in_them(source: samples.Source, shapes: Glyphs) -> None:
    dice = random.Random(6)
    scene = street.Street(shapes, {}, street.photographs(source.real), source.scenes)
    views = [scene.view(dice) for _ in range(60)]
    assert all(view.picture.shape == (street.SIDE, street.SIDE, 3) for view in views)
    middles = [target.corners.mean(0) for view in views for target in view.targets]
    assert len(middles) > 30
    assert all((middle >= -1).all() and (middle <= street.SIDE + 1).all() for middle in middles)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch's older ONNX export, in itself
def test_a_reader_and_a_finder_are_trained_and_written(
    source: samples.Source, shapes: Glyphs, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no types

    from training import run  # noqa: PLC0415  # needs torch

    material = run.Material(shapes, source.real, source.scenes, source.palettes)
    asked = run.Asked(rounds=4, threads=1)
    reader = onnxruntime.InferenceSession(str(run.reader(material, asked, tmp_path)))
    letters, looks = reader.run(None, {"pictures": np.zeros((2, 3, 40, 160), np.float32)})
    assert letters.shape == (2, 40, len(texts.CHARACTERS) + 1)
    assert looks.shape == (2, len(texts.COLOURS) + 9)
    finder = onnxruntime.InferenceSession(str(run.finder(material, asked, tmp_path)))
    (plates,) = finder.run(None, {"pictures": np.zeros((1, 3, 96, 160), np.float32)})
    assert plates.shape == (1, 11, 12, 20)
