"""Cameras that are files: folders, recordings, devices; and frames as such."""

import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.cameras import frame as frames
from agent.vision.cameras.address import Local, Web, login, parse
from agent.vision.cameras.base import CameraGone, CameraRefused, Ended, Source, Wanted
from agent.vision.cameras.frame import THUMB, Frame
from agent.vision.cameras.jpeg import NoJpeg, size_of
from agent.vision.cameras.masks import Masks
from agent.vision.cameras.open import open_source
from agent.vision.pictures import Picture, Unreadable
from tests.vision.cameras import jpeg, picture

HURRY = Wanted(fps=100, hurry=True)


def levels(source: Source) -> list[tuple[int, int]]:
    """Number and grey of all frames, until it is over."""
    found = []
    with closing(source):
        try:
            while (frame := source.read()) is not None:
                found.append((frame.number, round(float(frame.picture.mean()))))
        except Ended:
            return found
    raise AssertionError("it never ended")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Ten frames in half a second, each lighter by 20."""
    file = tmp_path / "gate.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (64, 48))
    for level in range(20, 220, 20):
        writer.write(picture(level, 64, 48))
    writer.release()
    return file


def test_a_recording_in_a_hurry_gives_every_frame(recording: Path) -> None:
    found = levels(open_source(f"file:{recording}", HURRY))
    assert [number for number, _ in found] == list(range(1, 11))
    assert all(abs(grey - 20 * number) <= 3 for number, grey in found)


def test_a_recording_plays_at_its_own_pace_and_passes_over_what_is_late(recording: Path) -> None:
    source = open_source(f"file:{recording}", Wanted())
    first = source.read()
    time.sleep(0.2)  # we were busy for four frames
    second = source.read()
    assert first is not None
    assert second is not None
    assert (first.number, second.number >= 4) == (1, True)
    assert second.mono_ns - first.mono_ns == (second.number - 1) * 50_000_000
    source.close()


def test_no_recording(tmp_path: Path) -> None:
    with pytest.raises(CameraGone) as gone:
        open_source(f"file:{tmp_path / 'none.avi'}", HURRY)
    assert not isinstance(gone.value, CameraRefused)
    (tmp_path / "text.avi").write_text("no video")
    with pytest.raises(CameraRefused):
        open_source(f"file:{tmp_path / 'text.avi'}", HURRY)


def test_no_device(tmp_path: Path) -> None:
    for path in (tmp_path / "video0", tmp_path):
        with pytest.raises(CameraGone):
            open_source(f"v4l2:{path}", Wanted())


def test_a_device_that_is_no_camera_is_gone() -> None:
    with pytest.raises(CameraGone):
        open_source("v4l2:/dev/null", Wanted())


def test_the_last_name_of_a_folder_is_the_newest(tmp_path: Path) -> None:
    source = open_source(f"folder:{tmp_path}", HURRY)
    assert source.read() is None
    for name, level in (("0002.jpg", 40), ("0001.jpg", 80), ("zzz.txt", 0), ("0003.JPG.part", 0)):
        (tmp_path / name).write_bytes(jpeg(level))
    first = source.read()
    assert first is not None
    assert (first.number, round(float(first.picture.mean()))) == (1, 40)
    assert source.read() is None
    (tmp_path / "0003.png").write_bytes(cv2.imencode(".png", picture(90))[1].tobytes())
    second = source.read()
    assert second is not None
    assert (second.number, round(float(second.picture.mean()))) == (2, 90)


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    whole, file = jpeg(70), tmp_path / "1.jpg"
    source = open_source(f"folder:{tmp_path}", HURRY)
    file.write_bytes(whole[:500])
    assert [source.read() for _ in range(3)] == [None] * 3
    file.write_bytes(whole)
    assert source.read() is not None


def test_a_folder_that_goes_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    source = open_source(f"folder:{folder}", HURRY)
    folder.rmdir()
    with pytest.raises(CameraGone):
        source.read()
    with pytest.raises(CameraGone):
        open_source(f"folder:{folder}", HURRY)


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.jpg").write_bytes(jpeg(50))
    (tmp_path / "in" / "1.jpg").symlink_to(tmp_path / "out.jpg")
    assert open_source(f"folder:{tmp_path / 'in'}", HURRY).read() is None


@pytest.mark.parametrize("packed", [jpeg(200, 640, 480), picture(200, 640, 480)])
def test_masks_are_in_all_that_comes_out(packed: bytes | Picture) -> None:
    frame = Frame(packed, 0, 1)
    frame.hide(Masks([((0.25, 0.0), (0.75, 0.0), (0.75, 0.5), (0.25, 0.5))]))
    for seen in (frame.thumb(), frame.half(), frame.picture):
        high, wide = seen.shape[:2]
        assert not seen[: high // 2, wide // 4 : wide * 3 // 4].any()
        assert seen[high // 2 + 3 :].min() > 190
        assert seen[:, : wide // 4 - 4].min() > 190
    assert frame.thumb().shape == THUMB[::-1]
    assert frame.half().shape == (240, 320)
    assert frame.picture is frame.picture


def test_the_thumbnail_of_a_packed_and_an_unpacked_picture_agree() -> None:
    ramp = np.linspace(0, 255, 640, dtype=np.uint8)[None, :, None].repeat(360, 0).repeat(3, 2)
    packed = cv2.imencode(".jpg", ramp)[1].tobytes()
    one, other = (Frame(form, 0, 1).thumb().astype(int) for form in (packed, ramp.copy()))
    assert np.abs(one - other).max() < 8


def test_a_picture_that_is_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_PIXELS", 320 * 180 - 1)
    frame = Frame(jpeg(100), 0, 1)
    for ask in (frame.thumb, frame.half, lambda: frame.picture):
        with pytest.raises(Unreadable, match="320x180"):
            ask()


@given(st.binary(max_size=200))
def test_any_head_of_a_jpeg_has_a_size_or_none(tail: bytes) -> None:
    for data in (tail, b"\xff\xd8" + tail, b"\xff\xd8\xff\xe0\x00\x02" + tail):
        try:
            width, height = size_of(data)
        except NoJpeg:
            continue
        assert 0 <= width < 65536
        assert 0 <= height < 65536


def test_sizes() -> None:
    assert size_of(jpeg(1, 333, 77)) == (333, 77)
    progressive = cv2.imencode(".jpg", picture(9, 50, 60), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1]
    assert size_of(progressive.tobytes()) == (50, 60)
    with pytest.raises(NoJpeg):
        size_of(b"\xff\xd8" + b"\xff\xfe\x00\x02" * 300)


def test_addresses() -> None:
    assert parse("v4l2:/dev/video0") == Local("v4l2", Path("/dev/video0"))
    assert parse("http://gate") == Web("http", "gate", 80, "/")
    web = parse("rtsp://[fe80::1]:8554/live?user=x&password=secret")
    assert web == Web("rtsp", "fe80::1", 8554, "/live?user=x&password=secret")
    assert "secret" not in str(web)
    for wrong in (
        "",
        "video0",
        "folder:relative",
        "http://",
        "http://u:p@gate/",
        "ftp://gate/",
        "http://gate:x/",
    ):
        with pytest.raises(CameraRefused):
            parse(wrong)


def test_a_password_is_read_with_care(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(b" with spaces \r\n")
    read = login("guard", file)
    assert read is not None
    assert (read.username, read.password) == ("guard", " with spaces ")
    assert "spaces" not in repr(read)
    assert login(None, file) is None
    for wrong in (b"x" * 300, b"\xff\xfe"):
        file.write_bytes(wrong)
        with pytest.raises(CameraRefused):
            login("guard", file)
