"""RTSP: what a camera that refuses says, and pictures through FFmpeg from a real socket."""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.vision.cameras.base import CameraGone, CameraRefused, Wanted
from agent.vision.cameras.open import open_source
from agent.vision.cameras.rtsp import head_of
from tests.vision.cameras import camera, jpeg, says
from tests.vision.rtsp_camera import rtsp_camera

QUICK = Wanted(fps=100, patience_s=2.0)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("p:a@s/s %", encoding="utf-8")
    return file


def test_pictures_come_over_tcp() -> None:
    with rtsp_camera(jpeg(100, 640, 352)) as (_, url), closing(open_source(url, QUICK)) as source:
        frames = [source.read() for _ in range(3)]
    assert all(frame is not None and frame.picture.shape == (352, 640, 3) for frame in frames)
    assert all(frame is not None and abs(frame.picture.mean() - 100) < 3 for frame in frames)
    numbers = [frame.number for frame in frames if frame is not None]
    assert numbers == sorted(set(numbers))


def test_a_password_with_any_characters_opens_it_and_stands_nowhere(
    secret: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = Wanted(fps=100, patience_s=2.0, username="guard", secret=secret)
    login = ("guard", secret.read_text())
    guarded = rtsp_camera(jpeg(50, 64, 64), login=login)
    with guarded as (serving, url), closing(open_source(url, wanted)) as source:
        assert source.read() is not None
    assert "p:a" not in "".join(serving.asked)
    assert capfd.readouterr() == ("", "")


def test_who_must_act(secret: Path) -> None:
    wrong = Wanted(patience_s=2.0, username="guard", secret=secret)
    with rtsp_camera(jpeg(50, 64, 64), login=("guard", "other")) as (_, url):
        for wanted in (QUICK, wrong):
            with pytest.raises(CameraRefused):
                open_source(url, wanted)


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (b"RTSP/1.0 404 Not Found\r\nCSeq: 1\r\n\r\n", True),
        (b"RTSP/1.0 302 Moved\r\nLocation: rtsp://other/\r\n\r\n", True),
        (b"RTSP/1.0 503 Busy\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\n\r\n", False),
        (b"", False),
        (b"x" * 20_000, False),
    ],
)
def test_answers_that_are_no_yes(answer: bytes, *, refused: bool) -> None:
    with camera(says(answer)) as (_, host), pytest.raises(CameraGone) as no:
        open_source(f"rtsp://{host}/live", QUICK)
    assert isinstance(no.value, CameraRefused) is refused


def test_a_yes_without_a_stream_is_gone() -> None:
    yes = says(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")
    with camera(yes) as (_, host), pytest.raises(CameraGone):
        open_source(f"rtsp://{host}/live", Wanted(patience_s=0.5))


@given(
    st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda tail: b"RTSP/1.0 " + tail))
)
def test_any_answer_is_a_head_or_none(data: bytes) -> None:
    try:
        head = head_of(data + b"\r\n\r\n")
    except ValueError:
        return
    assert head is not None
    assert 0 <= head[0] <= 999
