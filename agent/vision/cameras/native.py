"""Cameras and recordings that OpenCV opens: V4L2, RTSP and video files.

A native call can hang in a driver for ever; this thread is its camera's own, so the others do not
care.  FFmpeg has no ear for Python and takes its settings from the environment.
"""

import os
import time
from typing import Final
from urllib.parse import quote, urlsplit

import cv2
import numpy as np

from agent.vision.cameras.address import Local, Login, Web
from agent.vision.cameras.base import CameraGone, CameraRefused, Ended, Source, Wanted
from agent.vision.cameras.frame import MOST_PIXELS, Frame, now_ns
from agent.vision.cameras.rtsp import must_serve
from agent.vision.pictures import Picture

# TCP: of UDP a lost packet is a smeared picture.  Quiet: FFmpeg's complaints go to stderr past any
# log, and may name addresses.  Both are read when a capture is opened.
os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET, libavutil/log.h

SLOWEST_FPS, FASTEST_FPS = 1.0, 120.0
"""Of a recording: what else its file says is taken for 25."""

_UNSURE_FPS: Final = 25.0  # PAL, and the default of cameras sold in China
_CAMERA_SIZE: Final = (1280, 720)  # asked of a V4L2 camera that would give 640x480 unasked


class Capture:
    """Live: frames come when they come, and ``grab`` waits for the next."""

    def __init__(self, capture: cv2.VideoCapture, name: str, fps: float) -> None:
        self._capture, self._name, self._fps = capture, name, fps
        self._number = 0
        self._due = 0.0

    def read(self) -> Frame | None:
        """Frames that come before the next is due are grabbed and not unpacked further."""
        while True:
            if not self._capture.grab():
                raise CameraGone(f"{self._name}: 无画面 it gives no more frames")
            self._number += 1
            at, now = now_ns(), time.monotonic()
            if now >= self._due:
                self._due = max(self._due + 1 / self._fps, now - 1 / self._fps)
                return Frame(retrieved(self._capture, self._name), at, self._number)

    def close(self) -> None:
        self._capture.release()


class Recording:
    """A video file at its own pace; what is late is passed over, as with a camera.  ``hurry``:
    every frame, as fast as they are read; their times are the recording's all the same."""

    def __init__(self, capture: cv2.VideoCapture, name: str, *, hurry: bool) -> None:
        self._capture, self._name, self._hurry = capture, name, hurry
        fps = capture.get(cv2.CAP_PROP_FPS)
        self._step_ns = int(1e9 / (fps if SLOWEST_FPS <= fps <= FASTEST_FPS else _UNSURE_FPS))
        self._began_ns = now_ns()
        self._number = 0

    def read(self) -> Frame | None:
        self._grab()
        while not self._hurry and self._at_ns() + self._step_ns < now_ns():
            self._grab()
        picture = retrieved(self._capture, self._name)
        if not self._hurry:
            time.sleep(max(0.0, (self._at_ns() - now_ns()) / 1e9))
        return Frame(picture, self._at_ns(), self._number)

    def close(self) -> None:
        self._capture.release()

    def _grab(self) -> None:
        if not self._capture.grab():
            raise Ended(self._name)
        self._number += 1

    def _at_ns(self) -> int:
        return self._began_ns + (self._number - 1) * self._step_ns


def open_rtsp(address: Web, login: Login | None, wanted: Wanted) -> Source:
    """CameraGone, CameraRefused.  Bounded by three times ``patience_s``."""
    must_serve(address, login, wanted.patience_s)
    most = int(wanted.patience_s * 1000)
    bounds = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, most, cv2.CAP_PROP_READ_TIMEOUT_MSEC, most]
    capture = cv2.VideoCapture(
        _with_login(address, login), cv2.CAP_FFMPEG, [*bounds, cv2.CAP_PROP_N_THREADS, 1]
    )
    return Capture(_opened(capture, str(address)), str(address), wanted.fps)


def open_v4l2(address: Local, wanted: Wanted) -> Source:
    """CameraGone.  MJPEG is asked for: raw 720p does not pass over USB 2 at a useful pace."""
    if not address.path.is_char_device():
        raise CameraGone(f"{address}: 设备不存在 there is no such device")
    if not os.access(address.path, os.R_OK | os.W_OK):
        raise CameraRefused(f"{address}: 无权访问 we may not open it (group video)")
    capture = _opened(cv2.VideoCapture(str(address.path), cv2.CAP_V4L2), str(address))
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, _CAMERA_SIZE[0])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _CAMERA_SIZE[1])
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return Capture(capture, str(address), wanted.fps)


def open_file(address: Local, wanted: Wanted) -> Source:
    """CameraGone if it is not there, CameraRefused if it is no video."""
    if not address.path.is_file():
        raise CameraGone(f"{address}: 文件不存在 there is no such file")
    options = [cv2.CAP_PROP_N_THREADS, 1]
    capture = cv2.VideoCapture(str(address.path), cv2.CAP_FFMPEG, options)
    if not capture.isOpened():
        capture.release()
        raise CameraRefused(f"{address}: 不是视频 no video that we can play")
    return Recording(capture, str(address), hurry=wanted.hurry)


def retrieved(capture: cv2.VideoCapture, name: str) -> Picture:
    """The frame that was grabbed, as an array of its own.  CameraGone."""
    done, picture = capture.retrieve()
    if not done or picture.ndim != 3:
        raise CameraGone(f"{name}: 画面损坏 a frame that cannot be unpacked")
    if picture.shape[0] * picture.shape[1] > MOST_PIXELS:
        raise CameraRefused(f"{name}: 分辨率过高 set it to {MOST_PIXELS} pixels at most")
    return np.asarray(picture, np.uint8)


def _opened(capture: cv2.VideoCapture, name: str) -> cv2.VideoCapture:
    if not capture.isOpened():
        capture.release()
        raise CameraGone(f"{name}: 打不开 it could not be opened")
    return capture


def _with_login(address: Web, login: Login | None) -> str:
    """For FFmpeg alone: never in a log."""
    if login is None:
        return address.url
    who = f"{quote(login.username, safe='')}:{quote(login.password, safe='')}"
    parts = urlsplit(address.url)
    return parts._replace(netloc=f"{who}@{parts.netloc}").geturl()
