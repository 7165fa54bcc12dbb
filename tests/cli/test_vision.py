"""``linli vision`` as a process: it tells systemd, and ends when it is asked to."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SITE = 'schema_version = 1\n[site]\ngateway = "box-1"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A box with a camera that shows nothing."""
    (tmp_path / "pictures").mkdir()
    camera = f'[[camera]]\nid = "gate"\nsource = "folder:{tmp_path}/pictures"\nuse = ["plates"]\n'
    (tmp_path / "box.toml").write_text(SITE + camera, encoding="utf-8")
    return tmp_path


def environ(place: Path) -> dict[str, str]:
    mine = {"LINLI_STATE": str(place), "LINLI_RUN": str(place), "NOTIFY_SOCKET": str(place / "n")}
    return {**os.environ, **mine}


def command(place: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "cli", "vision", "--config", str(place / "box.toml"), *more]


@contextmanager
def running(place: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """From when it is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(place / "n"))
        systemd.settimeout(30)
        process = subprocess.Popen(command(place), env=environ(place), stderr=subprocess.PIPE)
        try:
            while systemd.recv(100) != b"READY=1":
                assert process.poll() is None
            yield process
        finally:
            process.kill()
            process.communicate()


def once(place: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    made = command(place, *more)
    return subprocess.run(
        made, env=environ(place), capture_output=True, text=True, timeout=30, check=False
    )


def test_it_ends_when_asked_and_there_are_no_two(place: Path) -> None:
    with running(place) as process:
        second = once(place)
        assert (second.returncode, "other eyes" in second.stderr) == (3, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_what_a_person_must_mend(place: Path) -> None:
    assert once(place, "--show", "0.0.0.0:80").returncode == 2
    (place / "box.toml").write_text(SITE, encoding="utf-8")
    none = once(place)
    assert (none.returncode, "[[camera]]" in none.stderr) == (2, True)
    (place / "box.toml").write_text("nonsense", encoding="utf-8")
    assert once(place).returncode == 2
